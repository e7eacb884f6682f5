import { mkdirSync, rmSync } from 'node:fs';
import { createError } from '../storage-error.ts';
import { type Call, type CallContext, type CallRequest, requireContainer, toVersionHeaders } from './call.ts';

const toContainerAddress = (request: CallRequest) => ({ ...request.address, path: '' });

export const createContainer: Call = {
  name: 'CreateContainer',
  endpoint: 'blob',
  async execute(request, { disk }) {
    const { container } = request.address;
    if (disk.hasContainer(container)) throw createError('ContainerAlreadyExists', container);
    mkdirSync(disk.getFile(toContainerAddress(request)));
    return { status: 201, headers: toVersionHeaders(disk.requireEntry(toContainerAddress(request))) };
  },
};

export const getContainerProperties: Call = {
  name: 'GetContainerProperties',
  endpoint: 'blob',
  async execute(request, context) {
    requireContainer(request, context, 'blob');
    const state = { 'x-ms-lease-state': 'available', 'x-ms-lease-status': 'unlocked', 'x-ms-has-legal-hold': 'false' };
    return {
      status: 200,
      headers: { ...toVersionHeaders(context.disk.requireEntry(toContainerAddress(request))), ...state },
    };
  },
};

export const deleteContainer: Call = {
  name: 'DeleteContainer',
  endpoint: 'blob',
  async execute(request, context: CallContext) {
    requireContainer(request, context, 'blob');
    rmSync(context.disk.getFile(toContainerAddress(request)), { recursive: true });
    context.properties.removeContainer(request.address.container);
    return { status: 202, headers: {} };
  },
};

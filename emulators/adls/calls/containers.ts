import { mkdirSync, rmSync } from 'node:fs';
import { refuse } from '../storage-error.ts';
import { type Asked, type Call, requireContainer, stamps, type World } from './call.ts';

const atContainer = (asked: Asked) => ({ ...asked.address, path: '' });

export const createContainer: Call = {
  name: 'CreateContainer',
  half: 'blob',
  async perform(asked, { disk }) {
    const { container } = asked.address;
    if (disk.hasContainer(container)) throw refuse('ContainerAlreadyExists', container);
    mkdirSync(disk.file(atContainer(asked)));
    return { status: 201, headers: stamps(disk.mustHave(atContainer(asked))) };
  },
};

export const getContainerProperties: Call = {
  name: 'GetContainerProperties',
  half: 'blob',
  async perform(asked, world) {
    requireContainer(asked, world, 'blob');
    const state = { 'x-ms-lease-state': 'available', 'x-ms-lease-status': 'unlocked', 'x-ms-has-legal-hold': 'false' };
    return { status: 200, headers: { ...stamps(world.disk.mustHave(atContainer(asked))), ...state } };
  },
};

export const deleteContainer: Call = {
  name: 'DeleteContainer',
  half: 'blob',
  async perform(asked, world: World) {
    requireContainer(asked, world, 'blob');
    rmSync(world.disk.file(atContainer(asked)), { recursive: true });
    world.properties.removeContainer(asked.address.container);
    return { status: 202, headers: {} };
  },
};

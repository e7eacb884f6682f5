import { HttpRequest } from '@azure/functions';

export const requestTo = (place: string, params: Record<string, string> = {}) =>
  new HttpRequest({ method: 'GET', url: `http://127.0.0.1/api/${place}`, params });

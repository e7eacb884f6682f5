import path from 'node:path';
import { readEnvironment } from '../../environments/environment.ts';
import { readContracts } from '../contracts.ts';
import { credentialsOf } from '../credential.ts';
import { warehouseIn } from '../warehouse.ts';
import { applyCatalog } from './apply.ts';

/** Applies the contracts to the catalog of one environment: `node cloud/catalog/main.ts <environment file>`. */
const file = process.argv[2];
if (file === undefined) throw new Error('Name the environment file to apply the catalog of.');
const environment = readEnvironment(file);
const warehouse = warehouseIn(environment, credentialsOf(environment));
await applyCatalog(await readContracts(path.join(import.meta.dirname, '../../contracts')), warehouse);
await warehouse.close();

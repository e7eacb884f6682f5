import { createRequire } from 'node:module';
import service from '@databricks/sql/thrift/TCLIService.js';
import types from '@databricks/sql/thrift/TCLIService_types.js';

// The driver's own copies of these two libraries, which have no types and are not ours to install.
const requireOfDriver = createRequire(createRequire(import.meta.url).resolve('@databricks/sql'));

type Protocol = object;
type Transport = object;
type Library = {
  TBinaryProtocol: new (transport: Transport) => Protocol;
  TBufferedTransport: {
    new (buffer: undefined, onFlush: (bytes: Buffer) => void): Transport;
    receiver(receive: (transport: Transport) => void): (bytes: Buffer) => void;
  };
};

const { TBinaryProtocol, TBufferedTransport } = requireOfDriver('thrift') as Library;
export const Int64 = requireOfDriver('node-int64') as new (value: number) => { toNumber(): number };

/** The messages of the driver, from the package itself, so that both ends always speak the same version. */
export const T = types;

/** What answers the calls: one function per call of the service. */
export type Calls = Record<string, (request: never) => Promise<unknown>>;

/** Decodes one call, has it answered, and encodes the answer. */
export function createProcessor(calls: Calls): (call: Buffer) => Promise<Buffer> {
  const Processor = service.Processor as unknown as new (
    calls: Calls,
  ) => { process(input: Protocol, output: Protocol): void };
  const processor = new Processor(calls);
  return (call) =>
    new Promise((resolve, reject) => {
      TBufferedTransport.receiver((incoming) => {
        try {
          const outgoing = new TBinaryProtocol(new TBufferedTransport(undefined, resolve));
          processor.process(new TBinaryProtocol(incoming), outgoing);
        } catch (error) {
          reject(error);
        }
      })(call);
    });
}

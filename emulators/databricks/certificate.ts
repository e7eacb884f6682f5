import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Certificate = { pfx: Buffer; passphrase: string; file: string };

/** A certificate for 'localhost', made once per home. Clients trust it by file and by no other way. */
export async function openCertificate(home: string): Promise<Certificate> {
  const folder = join(home, 'certificate');
  if (!existsSync(folder)) await createCertificate(folder);
  return {
    pfx: await readFile(join(folder, 'server.p12')),
    passphrase: await readFile(join(folder, 'passphrase'), 'utf8'),
    file: join(folder, 'localhost.pem'),
  };
}

/** Made beside and renamed, so that a start that was cut short leaves no half certificate. */
async function createCertificate(folder: string): Promise<void> {
  const aside = `${folder}.${process.pid}`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true, mode: 0o700 });
  const passphrase = randomBytes(18).toString('hex');
  await writeFile(join(aside, 'passphrase'), passphrase, { mode: 0o600 });
  const store = ['-alias', 'localhost', '-keystore', join(aside, 'server.p12'), '-storepass', passphrase];
  const subject = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1', '-ext', 'bc=ca:true'];
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-storetype', 'PKCS12', '-validity', '3650'];
  await runKeytool(['-genkeypair', ...store, ...key, ...subject]);
  await runKeytool(['-exportcert', '-rfc', ...store, '-file', join(aside, 'localhost.pem')]);
  await rename(aside, folder);
}

async function runKeytool(args: string[]): Promise<void> {
  const home = process.env['JAVA_HOME'];
  const program = home === undefined ? 'keytool' : join(home, 'bin', 'keytool');
  try {
    await run(program, ['-J-Xshare:auto', '-J-XX:TieredStopAtLevel=1', ...args]);
  } catch (cause) {
    throw new Error(`'${program} ${args[0]}' failed. Install a Java 17 that has keytool, or set JAVA_HOME.`, { cause });
  }
}

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { md, pki } from 'node-forge';

export interface Certificates {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

function newPair() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return {
    publicKey: pki.publicKeyFromPem(publicKey),
    key: pki.privateKeyFromPem(privateKey),
    pem: privateKey,
  };
}

function certificate(serial: string, subject: string, publicKey: pki.PublicKey): pki.Certificate {
  const result = pki.createCertificate();
  result.serialNumber = serial;
  result.publicKey = publicKey;
  result.validity.notBefore = new Date(Date.now() - 3_600_000);
  result.validity.notAfter = new Date(Date.now() + 86_400_000);
  result.setSubject([{ name: 'commonName', value: subject }]);
  return result;
}

/** An authority of its own and a server certificate for 127.0.0.1, as files in `folder`. */
export function writeCertificates(folder: string): Certificates {
  const authority = newPair();
  const ca = certificate('01', 'test authority', authority.publicKey);
  ca.setIssuer(ca.subject.attributes);
  ca.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  ca.sign(authority.key, md.sha256.create());

  const own = newPair();
  const server = certificate('02', '127.0.0.1', own.publicKey);
  server.setIssuer(ca.subject.attributes);
  server.setExtensions([
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
  ]);
  server.sign(authority.key, md.sha256.create());

  const files = {
    caFile: join(folder, 'ca.pem'),
    certificateFile: join(folder, 'server.pem'),
    keyFile: join(folder, 'server.key'),
  };
  writeFileSync(files.caFile, pki.certificateToPem(ca));
  writeFileSync(files.certificateFile, pki.certificateToPem(server));
  writeFileSync(files.keyFile, own.pem, { mode: 0o600 });
  return files;
}

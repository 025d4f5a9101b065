import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { pki, md } from 'node-forge';

const DAY_MS = 24 * 60 * 60 * 1000;
const CA_DAYS = 365;
/** A certificate authority with less time left is made anew at start. */
const CA_MIN_LEFT_DAYS = 30;
/** What browsers accept from an authority that the user has trusted by hand: at most 825 days. */
const SERVER_DAYS = 90;

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  /** Key and certificate in one file, as HAProxy reads them. */
  readonly bundle: string;
}

function keyPair(): { publicKey: pki.rsa.PublicKey; privatePem: string } {
  // The native generator: node-forge's own takes seconds.
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return { publicKey: pki.publicKeyFromPem(pair.publicKey), privatePem: pair.privateKey };
}

function blank(commonName: string, days: number): pki.Certificate {
  const certificate = pki.createCertificate();
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + days * DAY_MS);
  certificate.setSubject([
    { name: 'organizationName', value: 'Tiers twin' },
    { name: 'commonName', value: commonName },
  ]);
  return certificate;
}

/** The twin's own certificate authority. It is kept between starts, so that it has to be trusted only once. */
export class CertificateAuthority {
  readonly file: string;
  private readonly certificate: pki.Certificate;
  private readonly key: pki.rsa.PrivateKey;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = join(folder, 'ca.pem');
    const keyFile = join(folder, 'ca.key');
    const kept =
      existsSync(this.file) && existsSync(keyFile)
        ? pki.certificateFromPem(readFileSync(this.file, 'utf8'))
        : undefined;
    if (kept && kept.validity.notAfter.getTime() - Date.now() > CA_MIN_LEFT_DAYS * DAY_MS) {
      this.certificate = kept;
      this.key = pki.privateKeyFromPem(readFileSync(keyFile, 'utf8'));
      return;
    }
    const { publicKey, privatePem } = keyPair();
    this.key = pki.privateKeyFromPem(privatePem);
    this.certificate = blank('Tiers twin certificate authority', CA_DAYS);
    this.certificate.publicKey = publicKey;
    this.certificate.setIssuer(this.certificate.subject.attributes);
    this.certificate.setExtensions([
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      { name: 'subjectKeyIdentifier' },
    ]);
    this.certificate.sign(this.key, md.sha256.create());
    writeFileSync(keyFile, privatePem, { mode: 0o600 });
    writeFileSync(this.file, pki.certificateToPem(this.certificate), { mode: 0o644 });
  }

  /** A server certificate for these DNS names and addresses; the files carry `name`. */
  issue(name: string, subjects: readonly string[]): CertificateFiles {
    const [first] = subjects;
    if (first === undefined) throw new Error(`certificate ${name}: at least one name is needed`);
    const { publicKey, privatePem } = keyPair();
    const certificate = blank(first.slice(0, 64), SERVER_DAYS);
    certificate.publicKey = publicKey;
    certificate.setIssuer(this.certificate.subject.attributes);
    certificate.setExtensions([
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        // Types of GeneralName (RFC 5280): 2 is a DNS name, 7 an IP address.
        altNames: [...new Set(subjects)].map((subject) =>
          isIP(subject) ? { type: 7, ip: subject } : { type: 2, value: subject },
        ),
      },
    ]);
    certificate.sign(this.key, md.sha256.create());
    const pem = pki.certificateToPem(certificate);
    const files = {
      certificate: join(this.folder, `${name}.pem`),
      key: join(this.folder, `${name}.key`),
      bundle: join(this.folder, `${name}.bundle.pem`),
    };
    writeFileSync(files.certificate, pem, { mode: 0o644 });
    writeFileSync(files.key, privatePem, { mode: 0o600 });
    writeFileSync(files.bundle, `${pem}${privatePem}`, { mode: 0o600 });
    return files;
  }
}

import { cloudConfig, type UserData } from '../../lib/user-data';

/** An object of the artifact bucket, by its version id. */
export interface StoredFile {
  readonly key: string;
  readonly objectVersion: string;
}

/** All that a plain machine needs to become the one server. */
export interface ServerSetup extends UserData {
  readonly bucket: string;
  /** Version of the service, three numbers. */
  readonly version: string;
  /** The packed service, `setup-machine.sh` and `one-server.sh`. */
  readonly service: StoredFile;
  readonly machineScript: StoredFile;
  readonly serverScript: StoredFile;
  /** First part of the names of the service's log groups. */
  readonly logGroup: string;
  /** Names that the certificate is for. */
  readonly domains: readonly string[];
  /** E-mail address that the authority of the certificate writes to. */
  readonly contact: string;
  /** Volume of the database. Default: none; the database is elsewhere. */
  readonly dataVolumeId?: string;
}

const FOLDER = '/opt/tiers-setup';

/** The cloud-config document of the one server: fetch, set up as an image would be, set up what it has beside, start. */
export function serverUserData(setup: ServerSetup): string {
  const fetch = ({ key, objectVersion }: StoredFile, file: string): string =>
    `aws s3api get-object --bucket ${setup.bucket} --key ${key} --version-id ${objectVersion} ${FOLDER}/${file}`;
  const steps = [
    `install -d -m 0700 ${FOLDER}`,
    fetch(setup.machineScript, 'setup-machine.sh'),
    fetch(setup.serverScript, 'one-server.sh'),
    fetch(setup.service, 'service.tgz'),
    `bash ${FOLDER}/setup-machine.sh --log-group ${setup.logGroup} --version ${setup.version} --artifact ${FOLDER}/service.tgz`,
    [
      `bash ${FOLDER}/one-server.sh`,
      `--domains ${setup.domains.join(',')}`,
      `--contact ${setup.contact}`,
      ...(setup.dataVolumeId ? [`--volume ${setup.dataVolumeId}`] : []),
    ].join(' '),
  ];
  return cloudConfig({ environment: setup.environment, units: setup.units }, steps);
}

import { InstanceRole } from '../../modules/instance-role';
import { OneServer } from '../../modules/one-server';
import { inventoryBesideNetwork, networkOf } from '../support/network';
import { only, resourcesOf, synthesize, type Synthesized } from '../support/synth';

const file = (name: string) => ({ key: `service/0.1.0/${name}`, objectVersion: 'v1' });

const serverWith = (volumeId?: string): Synthesized =>
  synthesize((stack) => {
    new OneServer(stack, 'server', {
      network: networkOf(stack),
      instanceType: 't4g.medium',
      architecture: 'arm64',
      role: new InstanceRole(stack, 'role', { component: 'server' }),
      dataVolume: volumeId ? { volumeId } : undefined,
      setup: {
        bucket: 'artifacts',
        version: '0.1.0',
        service: file('service.tgz'),
        machineScript: file('setup-machine.sh'),
        serverScript: file('one-server.sh'),
        logGroup: '/tiers/test/service',
        domains: ['www.example.com', 'api.example.com'],
        contact: 'oncall@example.com',
        dataVolumeId: volumeId,
        environment: { PORT: '8080' },
        units: ['tiers-migrate.service', 'tiers-api.service'],
      },
    });
  });
const synthesized = serverWith('vol-1');

describe('OneServer', () => {
  test('declares exactly these resources', () => {
    expect(inventoryBesideNetwork(synthesized)).toEqual({
      aws_eip: 1,
      aws_iam_instance_profile: 1,
      aws_iam_role: 1,
      aws_iam_role_policy: 1,
      aws_iam_role_policy_attachment: 1,
      aws_instance: 1,
      aws_network_interface: 1,
      aws_security_group: 1,
      aws_volume_attachment: 1,
      aws_vpc_security_group_egress_rule: 1,
      aws_vpc_security_group_ingress_rule: 2,
    });
    expect(resourcesOf(serverWith(), 'aws_volume_attachment')).toEqual({});
  });

  test('takes metadata sessions only, encrypts its root volume, and heals by itself', () => {
    expect(only(synthesized, 'aws_instance')).toMatchObject({
      ami: '${data.aws_ssm_parameter.server_image.insecure_value}',
      lifecycle: { ignore_changes: ['ami'] },
      maintenance_options: { auto_recovery: 'default' },
      metadata_options: { http_put_response_hop_limit: 1, http_tokens: 'required' },
      primary_network_interface: { network_interface_id: '${aws_network_interface.server_interface.id}' },
      root_block_device: { encrypted: true },
      user_data_replace_on_change: true,
    });
    expect(only(synthesized, 'aws_instance')).not.toHaveProperty('key_name');
  });

  test('its address and its volume outlive it', () => {
    const addresses = Object.entries(resourcesOf(synthesized, 'aws_eip')).filter(([name]) =>
      name.startsWith('server_'),
    );
    expect(addresses).toEqual([
      [
        'server_address',
        expect.objectContaining({ network_interface: '${aws_network_interface.server_interface.id}' }),
      ],
    ]);
    expect(only(synthesized, 'aws_volume_attachment')).toMatchObject({
      stop_instance_before_detaching: true,
      volume_id: 'vol-1',
    });
  });

  test('the internet reaches it on 80 and 443 and nowhere else', () => {
    const ports = Object.values(resourcesOf(synthesized, 'aws_vpc_security_group_ingress_rule')).map(
      ({ from_port: from, to_port: to, cidr_ipv4: source }) => [from, to, source],
    );
    expect(ports.sort()).toEqual([
      [443, 443, '0.0.0.0/0'],
      [80, 80, '0.0.0.0/0'],
    ]);
  });

  test('is set up before its units start, and stops there when a step fails', () => {
    const lines = String(only(synthesized, 'aws_instance').user_data_base64)
      .replaceAll('\\n', '\n')
      .split('\n');
    const at = (text: string): number => lines.findIndex((line) => line.includes(text));
    expect(at('set -eu')).toBeGreaterThan(0);
    expect(at('setup-machine.sh --log-group')).toBeGreaterThan(at('set -eu'));
    expect(at('one-server.sh --domains www.example.com,api.example.com')).toBeGreaterThan(
      at('setup-machine.sh --log-group'),
    );
    expect(lines[at('one-server.sh --domains')]).toContain('--volume vol-1');
    expect(at('systemctl, enable, --now, tiers-migrate')).toBeGreaterThan(at('one-server.sh --domains'));
  });
});

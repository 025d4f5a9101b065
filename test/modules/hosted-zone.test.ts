import { TerraformOutput } from 'cdktf';
import { HostedZone } from '../../modules/hosted-zone';
import { inventory, only, synthesize } from '../support/synth';

describe('HostedZone', () => {
  test('creates a zone and says which name servers the parent must delegate to', () => {
    const created = synthesize((stack) => {
      const zone = new HostedZone(stack, 'zone', { domain: 'tiers.example.com' });
      new TerraformOutput(stack, 'servers', { value: zone.nameServers, staticId: true });
      new TerraformOutput(stack, 'id', { value: zone.zoneId, staticId: true });
    });
    expect(inventory(created)).toEqual({ aws_route53_zone: 1 });
    expect(only(created, 'aws_route53_zone')).toMatchObject({
      name: 'tiers.example.com',
      force_destroy: false,
    });
    expect(created.output?.id?.value).toBe('${aws_route53_zone.zone_zone.zone_id}');
    expect(created.output?.servers?.value).toBe('${aws_route53_zone.zone_zone.name_servers}');
  });

  test('an existing zone stays as it is', () => {
    const existing = synthesize((stack) => {
      const zone = new HostedZone(stack, 'zone', { domain: 'example.com', existingZoneId: 'Z0123456789ABC' });
      expect(zone.zoneId).toBe('Z0123456789ABC');
      expect(zone.nameServers).toBeUndefined();
    });
    expect(existing.resource).toBeUndefined();
  });
});

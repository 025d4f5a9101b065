import { ScalingRole } from '../../modules/scaling-role';
import { inventory, only, synthesize } from '../support/synth';

test('ScalingRole is a role of Auto Scaling of its own, within the length of role names', () => {
  const synthesized = synthesize((stack) => new ScalingRole(stack, 'scaling-role'));
  expect(inventory(synthesized)).toEqual({ aws_iam_service_linked_role: 1 });
  const role = only(synthesized, 'aws_iam_service_linked_role');
  expect(role).toMatchObject({
    aws_service_name: 'autoscaling.amazonaws.com',
    custom_suffix: 'tiers-test-us-east-1-fleets',
  });
  expect(`AWSServiceRoleForAutoScaling_${String(role.custom_suffix)}`.length).toBeLessThanOrEqual(64);
});

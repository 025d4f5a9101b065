import { listDeployments, loadDeployments } from '../../deployments/load';

test('finds every deployment by its place', () => {
  expect(listDeployments()).toEqual(['local', 'production/us-east-1', 'staging/us-east-1']);
});

test('loads all of them, one environment, or one region', () => {
  const names = (selectors: string[]): string[] =>
    loadDeployments(selectors).flatMap(({ environment, chosen }) =>
      chosen.map((region) => `${environment}/${region}`),
    );
  expect(names([])).toEqual(['local/us-east-1', 'production/us-east-1', 'staging/us-east-1']);
  expect(names(['staging'])).toEqual(['staging/us-east-1']);
  expect(names(['production/us-east-1'])).toEqual(['production/us-east-1']);
  expect(names(['local', 'staging'])).toEqual(['local/us-east-1', 'staging/us-east-1']);
});

test('refuses a name that is no deployment, listing those that are', () => {
  expect(() => loadDeployments(['prod'])).toThrow(
    'deployment: received "prod"; allowed: local, production/us-east-1, staging/us-east-1; name one of these',
  );
});

import { listDeployments } from '../../deployments/load';
import { openBrowser } from '../support/browser';
import { dashboardPage, holesOf, overlapsOf, widgetsOf } from '../support/dashboard-page';
import { resourcesOf } from '../support/synth';
import { synthesizeNamed } from './support';

const dashboards = Object.values(synthesizeNamed('production', 'local')).flatMap((stack) =>
  Object.values(resourcesOf(stack, 'aws_cloudwatch_dashboard')).map(
    ({ dashboard_name, dashboard_body }) =>
      [String(dashboard_name), widgetsOf(String(dashboard_body))] as const,
  ),
);

test('each region has one, and each edge', () => {
  const regions = listDeployments()
    .filter((name) => name === 'local' || name.startsWith('production/'))
    .map((name) => name.replace('/', '-').replace(/^local$/, 'local-us-east-1'));
  expect(regions).toContain('production-us-east-1');
  const edges = ['local-us-east-1-edge', 'production-us-east-1-edge'];
  expect(dashboards.map(([name]) => name).sort()).toEqual(
    [...edges, ...regions.map((region) => `${region}-overview`)].map((name) => `tiers-${name}`).sort(),
  );
});

test.each(dashboards)('%s has no overlap and no hole, and fits into one dashboard', (_, widgets) => {
  expect([overlapsOf(widgets), holesOf(widgets)]).toEqual([[], []]);
  // Amazon CloudWatch User Guide, "CloudWatch service quotas": widgets, metrics of a widget and of all, hidden ones as well.
  expect(widgets.length).toBeLessThanOrEqual(500);
  const counts = widgets.map(({ properties }) => properties.metrics?.length ?? 0);
  expect(Math.max(...counts)).toBeLessThanOrEqual(500);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2_500);
  for (const { type, properties } of widgets) {
    if (type === 'metric')
      expect([properties.title, properties.metrics!.length > 0]).toEqual([properties.title, true]);
  }
});

test('no title is cut in the width of its widget', async () => {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1460, height: 900 } });
    for (const [name, widgets] of dashboards) {
      await page.setContent(dashboardPage(name, widgets));
      const cut = await page.$$eval('h2', (titles) =>
        titles.filter((title) => title.scrollWidth > title.clientWidth).map((title) => title.textContent),
      );
      expect([name, cut]).toEqual([name, []]);
    }
  } finally {
    await browser.close();
  }
}, 60_000);

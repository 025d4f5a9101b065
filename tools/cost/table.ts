import type { Sizes } from './charge';
import type { Estimate, Line } from './estimate';
import { sum } from './estimate';
import type { PriceList } from './price-list';

const money = (usd: number): string =>
  (usd >= 100 ? Math.round(usd) : Math.round(usd * 100) / 100).toLocaleString('en-US', {
    minimumFractionDigits: usd >= 100 ? 0 : 2,
  });
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const amount = (pieces: number): string => String(Math.round(pieces * 100) / 100);

/** A deployment's table, as Markdown. Dollars are of a month of 730 hours. */
export function tableOf(estimate: Estimate, list: PriceList): string {
  const tiers = [...new Set(estimate.lines.map(({ tier }) => tier))];
  const { deployment, total, estimated, budget } = estimate;
  return [
    `### ${deployment}`,
    '',
    row('Tier', 'What', 'Quantity', 'Unit price', 'At night', 'By day', 'A month'),
    row('---', '---', '---:', '---:', '---:', '---:', '---:'),
    ...tiers.flatMap((tier) => tierRows(estimate.lines.filter((line) => line.tier === tier))),
    row('**In all**', '', '', '', ...sizes(total).map((cell) => `**${cell}**`)),
    row('of it estimated (~)', '', '', '', ...sizes(estimated)),
    '',
    `At rest ${money(total.average)} US dollars a month${budgetLine(total, budget)}. Prices of ${list.date}.`,
    '',
    row('Servers', 'How many', 'Type, in order of preference', 'Why'),
    row('---', '---', '---', '---'),
    ...estimate.servers.map(({ role, count, types, why }) =>
      row(role, count, types.join(', '), why.replaceAll('|', '\\|')),
    ),
  ].join('\n');
}

function budgetLine(total: Sizes, budget: number | undefined): string {
  if (budget === undefined) return '';
  return `, ${Math.round((100 * total.average) / budget)}% of the budget of ${money(budget)}`;
}

const sizes = ({ smallest, normal, average }: Sizes): string[] => [
  money(smallest),
  money(normal),
  money(average),
];

function tierRows(lines: readonly Line[]): string[] {
  const rows = lines.map(({ what, charge: { price, unitsEach }, pieces, usd }, index) => {
    const unit = price.usd * unitsEach;
    const mark = price.estimate === undefined ? '' : '~';
    return row(
      index === 0 ? lines[0]!.tier : '',
      what,
      amount(pieces.normal),
      `${mark}${unit.toFixed(unit < 1 ? 3 : 2)}`,
      ...sizes(usd),
    );
  });
  const all = lines.length > 1 ? [row('', '*together*', '', '', ...sizes(sum(lines)))] : [];
  return [...rows, ...all];
}

/** Why each estimated price of the deployments is what it is. */
export function estimatesOf(estimates: readonly Estimate[]): string {
  const bases = new Map<string, string[]>();
  for (const { lines } of estimates)
    for (const { what, charge } of lines)
      if (charge.price.estimate !== undefined)
        bases.set(charge.price.estimate, [...new Set([...(bases.get(charge.price.estimate) ?? []), what])]);
  return [...bases].map(([basis, what]) => `- ~ ${what.join('; ')}: ${basis}.`).join('\n');
}

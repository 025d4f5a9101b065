type Sizes = Readonly<Record<string, number>>;

const TO_4XLARGE = ['medium', 'large', 'xlarge', '2xlarge', '4xlarge'] as const;

const sizes = (names: readonly string[], gbits: readonly number[]): Sizes =>
  Object.fromEntries(gbits.map((gbit, index) => [names[names.length - gbits.length + index]!, gbit]));
const upTo4xlarge = (...gbits: readonly number[]): Sizes => sizes(TO_4XLARGE, gbits);

/**
 * Gbit/s that an instance has without its burst credits (Amazon EC2 User Guide, "Specifications for Amazon EC2 compute
 * optimized instances", "... general purpose instances" and "... memory optimized instances": network specifications). Larger
 * sizes and families that are not here have no figure; for them there is the alarm on what the network card had to hold back.
 */
const BASELINE: Readonly<Record<string, Sizes>> = Object.fromEntries(
  (
    [
      [
        't3 t3a t4g',
        sizes(
          ['nano', 'micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'],
          [0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048],
        ),
      ],
      ['c5 c5a c5ad c5d m5 m5a m5ad m5d r5 r5a r5ad r5b r5d', upTo4xlarge(0.75, 1.25, 2.5, 5)],
      ['c5n', upTo4xlarge(3, 5, 10, 15)],
      ['m5n m5dn r5n r5dn', upTo4xlarge(2.1, 4.1, 8.125, 16.25)],
      ['c6a c6i c6id m6a m6i m6id r6a r6i r6id', upTo4xlarge(0.781, 1.562, 3.125, 6.25)],
      ['c6in m6in m6idn r6in r6idn', upTo4xlarge(3.125, 6.25, 12.5, 25)],
      ['c6g c6gd m6g m6gd r6g r6gd', upTo4xlarge(0.5, 0.75, 1.25, 2.5, 5)],
      ['c6gn', upTo4xlarge(1.6, 3, 6.3, 12.5, 15)],
      ['c7g m7g r7g', upTo4xlarge(0.52, 0.937, 1.876, 3.75, 7.5)],
    ] as const
  ).flatMap(([families, figures]) => families.split(' ').map((family) => [family, figures])),
);

/** Gbit/s of the least of some instance types; nothing where one of them is not known. */
export function baselineBandwidth(types: readonly string[]): number | undefined {
  const figures = types.map((type) => {
    const [family, size] = type.split('.');
    return BASELINE[family!]?.[size!];
  });
  return figures.some((figure) => figure === undefined) || figures.length === 0
    ? undefined
    : Math.min(...figures.map((figure) => figure!));
}

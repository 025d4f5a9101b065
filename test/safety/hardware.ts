import fc from 'fast-check';

/** Types of every role, of either architecture: usual ones, small ones and the largest. */
export const architecture = fc.constantFrom(
  {
    web: ['c7g.large', 'c6g.large', 'm7g.large', 'r7g.large'],
    database: 'db.r7g.xlarge',
    cache: 'cache.r7g.large',
    unusual: false,
  },
  {
    web: ['c7i.large', 'm6a.large', 'c5n.large', 'm7i-flex.large'],
    database: 'db.t3.micro',
    cache: 'cache.t3.micro',
    unusual: true,
  },
  {
    web: ['r8g.48xlarge', 'r7gd.48xlarge'],
    database: 'db.m8g.48xlarge',
    cache: 'cache.c7gn.16xlarge',
    unusual: true,
  },
);

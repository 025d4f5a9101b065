import { contains, overlaps, parseBlock } from '../../lib/cidr';
import { at, managed, refersTo, violation, type Rule, type Violation } from './plan';
import type { Resource } from '../../tools/topology';

/** Every VPC of an environment has a block of its own; subnets lie in their VPC's block and beside one another. */
export const ADDRESSES: Rule = {
  name: 'no two CIDRs overlap',
  find: (graph) => {
    const vpcs = managed(graph, 'aws_vpc');
    return [
      ...vpcs.flatMap(unreadable),
      ...clashes(vpcs),
      ...vpcs.flatMap((vpc) => {
        const subnets = managed(graph, 'aws_subnet').filter((subnet) => refersTo(subnet, vpc, 'vpc_id'));
        const outer = blockOf(vpc);
        const outside = subnets.filter((subnet) => {
          const inner = blockOf(subnet);
          return !outer || !inner || !contains(outer, inner);
        });
        return [
          ...outside.map((subnet) =>
            violation(subnet, `${text(subnet)} lies outside its VPC's ${text(vpc)}`),
          ),
          ...clashes(subnets),
        ];
      }),
    ];
  },
};

const text = (resource: Resource): string => String(at(resource, 'cidr_block'));
const blockOf = (resource: Resource) => parseBlock(text(resource));

function unreadable(resource: Resource): Violation[] {
  return blockOf(resource) ? [] : [violation(resource, `${text(resource)} is no block`)];
}

function clashes(resources: readonly Resource[]): Violation[] {
  return resources.flatMap((resource, index) =>
    resources.slice(0, index).flatMap((earlier) => {
      const [one, two] = [blockOf(resource), blockOf(earlier)];
      if (!one || !two || !overlaps(one, two)) return [];
      return [violation(resource, `${text(resource)} overlaps ${text(earlier)} of ${earlier.globalAddress}`)];
    }),
  );
}

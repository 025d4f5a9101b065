/**
 * Who may import what. The path of the project runs one way: deployments -> main.ts -> stacks -> modules -> lib, then
 * Terraform as JSON, and only after it the tools. The service knows nothing of how it is deployed.
 *
 * files: first path segments below the root, or a pattern over the whole path; forbid: folders (with a slash at the end)
 * or packages (their subpaths included); `only` lists what is allowed instead; why: the end of the message.
 */
const synthesis = ['cdktf', 'constructs', '@cdktf/'];

export const boundaries = [
  {
    files: /^lib\//,
    forbid: ['modules/', 'stacks/', 'deployments/', 'tools/', 'service/'],
    why: 'lib/ is the vocabulary under everything else; move what both need into lib/, or pass it as an argument',
  },
  {
    files: /^modules\//,
    forbid: ['stacks/', 'deployments/', 'tools/', 'service/'],
    why: 'a module does not know who uses it; take the value as a prop and let the stack pass it',
  },
  {
    files: /^(stacks\/|main\.ts$)/,
    forbid: ['tools/', 'service/'],
    why: 'tools and the service work on what was synthesized, not the other way round; share it through lib/',
  },
  {
    files: /^(stacks\/(?!bootstrap)|main\.ts$)/,
    forbid: ['@cdktf/provider-aws/'],
    except: /^@cdktf\/provider-aws\/lib\/provider(\/|$)/,
    why: 'a stack composes modules and creates no raw resource; put the resource into a module of modules/',
  },
  {
    files: /^deployments\/(local\.ts$|[^/]+\/)/,
    only: ['deployments/', 'zod'],
    why: 'a deployment is plain data; compute in deployments/schema.ts or deployments/rules.ts',
  },
  {
    files: /^deployments\/[^/]+\.ts$/,
    forbid: ['modules/', 'stacks/', 'tools/', 'service/', ...synthesis],
    why: 'deployments are checked before any construct exists; describe the limit in lib/ and read it from there',
  },
  {
    files: /^tools\/region\//,
    forbid: ['modules/', 'stacks/', 'tools/topology/', 'tools/twin/', 'service/', ...synthesis],
    why: 'tiers region edits deployments and knows nothing of what is made of them (decision 0012); only deployments/ and lib/ are open to it',
  },
  {
    files: /^tools\/(?!region\/)/,
    forbid: ['modules/', 'stacks/', 'lib/', 'deployments/', ...synthesis],
    why: 'a tool reads only synthesized Terraform, so that what it proves is what is deployed; read it through tools/topology',
  },
  {
    files: /^service\//,
    forbid: ['modules/', 'stacks/', 'lib/', 'deployments/', 'tools/', ...synthesis],
    why: 'the service learns everything from its environment; read it in service/config',
  },
  {
    files: /^canary\//,
    forbid: ['modules/', 'stacks/', 'lib/', 'deployments/', 'tools/', 'service/', ...synthesis],
    why: 'the canary knows the service from outside only; what it must know stands in its environment',
  },
  {
    files: /^functions\//,
    forbid: ['modules/', 'stacks/', 'lib/', 'deployments/', 'tools/', 'service/', ...synthesis],
    why: 'a function is a package of its own that learns everything from its environment and its event',
  },
];

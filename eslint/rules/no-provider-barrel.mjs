import { importVisitor } from '../imports.mjs';

const BARREL = /^@cdktf\/provider-aws(\/lib(\/index(\.js)?)?)?\/?$/;

/** The index of the AWS provider loads every resource there is: seconds and hundreds of megabytes. */
export default {
  meta: {
    type: 'problem',
    docs: { description: 'AWS constructs are imported by path' },
    schema: [],
    messages: {
      barrel:
        "'{{source}}' loads every AWS resource (seconds at run time, hundreds of MB in tsc); import by path, such as '@cdktf/provider-aws/lib/vpc'.",
    },
  },
  create(context) {
    return importVisitor((node, source) => {
      if (BARREL.test(source)) context.report({ node, messageId: 'barrel', data: { source } });
    });
  },
};

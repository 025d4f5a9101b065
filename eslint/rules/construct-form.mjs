const NAMES = ['scope', 'id', 'props'];

function parameterName(parameter) {
  if (parameter.type === 'AssignmentPattern') return parameterName(parameter.left);
  if (parameter.type === 'ObjectPattern') return 'props'; // taken apart at once
  return parameter.type === 'Identifier' ? parameter.name : undefined;
}

const superName = (node) => node.superClass?.name ?? node.superClass?.property?.name;

/** One constructor form for every construct, its children under itself, and no state of its own in a module. */
export default {
  meta: {
    type: 'problem',
    docs: {
      description: 'Constructs of modules/ have the constructor (scope, id, props) and own their children',
    },
    schema: [],
    messages: {
      form: '{{name}} takes ({{found}}); a construct takes (scope, id, props), at most these, so that all are used alike. Put further values into props.',
      accessor:
        "{{name}}'s constructor declares a field in its parameters; take (scope, id, props) and assign named readonly fields.",
      stack:
        '{{name}} extends TerraformStack in modules/: a module does not choose its state. Extend Construct; stacks/ holds the stacks.',
      child:
        "new {{child}}(scope, ...) attaches a child to the caller's scope, where its address can collide; write new {{child}}(this, ...).",
    },
  },
  create(context) {
    const inside = [];
    const enter = (node) => {
      const base = superName(node);
      const name = node.id?.name ?? 'this class';
      inside.push(base === 'Construct');
      if (base === 'TerraformStack') context.report({ node, messageId: 'stack', data: { name } });
      if (base !== 'Construct') return;
      const constructor = node.body.body.find((member) => member.kind === 'constructor');
      if (!constructor) return;
      const parameters = constructor.value.params;
      if (parameters.some((parameter) => parameter.type === 'TSParameterProperty')) {
        context.report({ node: constructor, messageId: 'accessor', data: { name } });
        return;
      }
      const found = parameters.map((parameter) => parameterName(parameter) ?? '{...}');
      // A construct without settings has no props.
      const right = found.length >= 2 && found.length <= 3 && found.every((each, i) => each === NAMES[i]);
      if (!right)
        context.report({ node: constructor, messageId: 'form', data: { name, found: found.join(', ') } });
    };
    const leave = () => inside.pop();
    return {
      ClassDeclaration: enter,
      ClassExpression: enter,
      'ClassDeclaration:exit': leave,
      'ClassExpression:exit': leave,
      'NewExpression[arguments.0.name="scope"]'(node) {
        if (!inside.at(-1)) return;
        const child = context.sourceCode.getText(node.callee);
        context.report({ node, messageId: 'child', data: { child } });
      },
    };
  },
};

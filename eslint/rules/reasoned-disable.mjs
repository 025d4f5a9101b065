const DIRECTIVE = /^\s*eslint-disable(-next-line|-line)?\b/;

/** A check that is turned off says why, after two hyphens, as ESLint's own syntax has it. */
export default {
  meta: {
    type: 'problem',
    docs: { description: 'A disabled check says which and why' },
    schema: [],
    messages: {
      reason:
        "'{{text}}' turns a check off without saying which or why; write: eslint-disable-next-line <rule> -- <reason>.",
    },
  },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const directive = DIRECTIVE.exec(comment.value);
          if (!directive) continue;
          const [rules = '', reason = ''] = comment.value.slice(directive[0].length).split(/\s--\s/);
          if (rules.trim() && reason.trim()) continue;
          context.report({ loc: comment.loc, messageId: 'reason', data: { text: comment.value.trim() } });
        }
      },
    };
  },
};

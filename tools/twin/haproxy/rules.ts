import type { ActionPlan, ConditionPlan, RulePlan } from './plan';
import { quote } from './server';

/** The backend with the same targets that takes over when none of them is healthy. */
export function failOpenName(group: string): string {
  return `${group}.open`;
}

/** A pattern of a listener rule (`*` any characters, `?` exactly one) as a regular expression over the whole text. */
export function wildcard(pattern: string): string {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return `^${body}$`;
}

/** Names of the lines that define this condition; more than one line of one name means any of them. */
function conditionLines(name: string, condition: ConditionPlan): string[] {
  switch (condition.kind) {
    case 'path': // case-sensitive, as in the balancer; host names are not
      return [`acl ${name} path -m reg ${condition.values.map((value) => quote(wildcard(value))).join(' ')}`];
    case 'host':
      return [
        `acl ${name} req.hdr(host),field(1,:) -i -m reg ${condition.values.map((value) => quote(wildcard(value))).join(' ')}`,
      ];
    case 'method':
      return [`acl ${name} method ${condition.values.map(quote).join(' ')}`];
    case 'source-ip':
      return [`acl ${name} src ${condition.values.map(quote).join(' ')}`];
    case 'header':
      return [
        `acl ${name} req.fhdr(${condition.header}) -i -m reg ${condition.values.map((value) => quote(wildcard(value))).join(' ')}`,
      ];
    case 'query':
      return condition.pairs.map(({ key, value }) => {
        const pattern = wildcard(value).slice(1, -1);
        const name_ = key === undefined ? '[^=&]*' : wildcard(key).slice(1, -1);
        return `acl ${name} query -i -m reg ${quote(`(^|&)${name_}=${pattern}(&|$)`)}`;
      });
  }
}

/** Lines that set txn.rule to the priority of the first rule that matches. */
export function matchLines(rules: readonly RulePlan[]): string[] {
  return [...rules]
    .sort((a, b) => a.priority - b.priority)
    .flatMap((rule) => {
      const names = rule.conditions.map((_, index) => `r${rule.priority}c${index}`);
      return [
        ...rule.conditions.flatMap((condition, index) => conditionLines(names[index] ?? '', condition)),
        `http-request set-var(txn.rule) int(${rule.priority}) if !{ var(txn.rule) -m found } ${names.join(' ')}`.trim(),
      ];
    });
}

function redirectLocation(
  action: Extract<ActionPlan, { kind: 'redirect' }>,
  secure: boolean,
  offset: number,
): string {
  const protocol = action.protocol.replace('#{protocol}', secure ? 'HTTPS' : 'HTTP').toLowerCase();
  const fill = (text: string): string =>
    text
      .replace(/#\{host\}/g, '%[req.hdr(host),field(1,:)]')
      .replace(/#\{port\}/g, '%[dst_port]')
      .replace(/#\{path\}/g, '%[path,regsub(^/,)]')
      .replace(/#\{query\}/g, '%[query]');
  // A literal port is one of the plan; here it is shifted, as the listeners' own ports are.
  const port = /^\d+$/.test(action.port) ? String(Number(action.port) + offset) : fill(action.port);
  const whole = action.path === '/#{path}' && action.query === '#{query}';
  const target = whole
    ? '%[pathq]'
    : `${fill(action.path)}${action.query === '' ? '' : `?${fill(action.query)}`}`;
  return `${protocol}://${fill(action.host)}:${port}${target}`;
}

/** Lines that act on a decided rule (`when` is the condition, '' for the default action). */
export function actionLines(action: ActionPlan, when: string, secure: boolean, offset: number): string[] {
  const condition = when === '' ? '' : ` if ${when}`;
  switch (action.kind) {
    case 'redirect':
      return [
        `http-request redirect code ${action.code} location ${quote(redirectLocation(action, secure, offset))}${condition}`,
      ];
    case 'fixed-response': {
      // HAProxy takes no empty text.
      const content =
        action.body === '' ? '' : ` content-type ${quote(action.contentType)} string ${quote(action.body)}`;
      return [`http-request return status ${action.code}${content}${condition}`];
    }
    case 'forward': {
      let left = action.targets.reduce((sum, target) => sum + target.weight, 0);
      if (left === 0) return [`http-request return status 503${condition}`];
      return action.targets
        .filter((target) => target.weight > 0)
        .flatMap(({ group, weight }) => {
          const share = weight === left ? '' : `{ rand(${left}) lt ${weight} }`;
          left -= weight;
          const none = `{ nbsrv(${group}) eq 0 }`;
          const parts = (healthy: string): string =>
            [when, share, healthy].filter((part) => part !== '').join(' ');
          return [
            `use_backend ${failOpenName(group)} if ${parts(none)}`,
            `use_backend ${group} if ${parts(`!${none}`)}`,
          ];
        });
    }
  }
}

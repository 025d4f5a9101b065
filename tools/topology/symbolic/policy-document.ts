import { asList, isObject } from '../json';
import type { Json, JsonObject } from '../types';
import type { Facts } from './known-type';

/** The JSON text that data.aws_iam_policy_document renders; statements of source documents come first. */
export function policyDocumentJson(facts: Facts): string {
  const sources = [...asList(facts.argument('source_policy_documents'))].flatMap((text) => {
    const parsed: unknown = JSON.parse(String(text));
    return typeof parsed === 'object' && parsed !== null && 'Statement' in parsed
      ? asList(parsed.Statement as Json)
      : [];
  });
  const own = asList(facts.argument('statement')).filter(isObject).map(statement);
  return JSON.stringify({ Version: '2012-10-17', Statement: [...sources, ...own] });
}

function statement(block: JsonObject): JsonObject {
  const fields: [string, Json | undefined][] = [
    ['Sid', block.sid],
    ['Effect', block.effect ?? 'Allow'],
    ['Action', block.actions],
    ['NotAction', block.not_actions],
    ['Resource', block.resources],
    ['NotResource', block.not_resources],
    ['Principal', principals(block.principals)],
    ['NotPrincipal', principals(block.not_principals)],
    ['Condition', conditions(block.condition)],
  ];
  return Object.fromEntries(fields.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

function principals(blocks: Json | undefined): Json | undefined {
  const list = asList(blocks).filter(isObject);
  if (list.length === 0) return undefined;
  if (list.some((block) => block.type === '*')) return '*';
  return Object.fromEntries(list.map((block) => [String(block.type), block.identifiers ?? []]));
}

function conditions(blocks: Json | undefined): Json | undefined {
  const list = asList(blocks).filter(isObject);
  if (list.length === 0) return undefined;
  const byTest = new Map<string, Record<string, Json>>();
  for (const block of list) {
    const test = byTest.get(String(block.test)) ?? {};
    test[String(block.variable)] = block.values ?? [];
    byTest.set(String(block.test), test);
  }
  return Object.fromEntries(byTest);
}

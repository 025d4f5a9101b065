import { evaluate } from '../evaluate';
import { attributeOf } from '../identifiers';
import { isList, isObject } from '../json';
import type { Graph, Json, Resource } from '../types';

/** A table or a secret as a region has it. */
export interface Copy {
  readonly arn: string;
  /** The key that it is kept under there. */
  readonly key: Json | undefined;
}

/**
 * The copy that a resource keeps in another region: replicas of a global table (`region_name`) and of a secret (`region`) have the
 * ARN of their first one with the region changed (Amazon DynamoDB Developer Guide, "Global tables"; AWS Secrets Manager User
 * Guide, "Replicate AWS Secrets Manager secrets across Regions"). Undefined in its own region, and where it has no copy.
 */
export function copyIn(graph: Graph, resource: Resource, region: string): Copy | undefined {
  const { replica } = resource.arguments;
  if (resource.region === region || !isList(replica)) return undefined;
  const index = replica.findIndex(
    (copy) => isObject(copy) && (copy.region_name === region || copy.region === region),
  );
  if (index < 0) return undefined;
  const key = resource.type === 'aws_dynamodb_table' ? 'kms_key_arn' : 'kms_key_id';
  return {
    arn: String(attributeOf(graph, resource, 'arn')).replace(`:${resource.region}:`, `:${region}:`),
    key: evaluate(graph, resource, `replica.${index}.${key}`),
  };
}

import { CreateBucketCommand, PutBucketCorsCommand, type CORSRule } from '@aws-sdk/client-s3';
import { asList, isObject, resourcesOfType, type Json, type JsonObject } from '../../topology';
import type { AwsClients } from '../aws/clients';
import { Arguments, type TwinContext } from '../context';
import { siteOrigin, SITE_HOST, wwwOrigin } from '../settings';

function texts(value: Json | undefined): string[] {
  return asList(value).map(String);
}

/**
 * A rule as the plan has it. Origins of the plan's domains can't be reached without DNS: each of them stands for the site's own
 * origins here.
 */
function corsRule(rule: JsonObject, origins: readonly string[]): CORSRule {
  const allowed = texts(rule['allowed_origins']);
  return {
    AllowedMethods: texts(rule['allowed_methods']),
    AllowedOrigins: allowed.includes('*') ? ['*'] : [...origins],
    AllowedHeaders: texts(rule['allowed_headers']),
    ExposeHeaders: texts(rule['expose_headers']),
    MaxAgeSeconds: rule['max_age_seconds'] === undefined ? undefined : Number(rule['max_age_seconds']),
  };
}

/** Creates every bucket, and its CORS rules. */
export async function createBuckets(context: TwinContext, { s3 }: AwsClients): Promise<string[]> {
  const names = await Promise.all(
    resourcesOfType(context.graph, 'aws_s3_bucket').map(async (bucket) => {
      const name = new Arguments(context, bucket).text('bucket');
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      context.book.set(bucket, { bucket: name, id: name, arn: `arn:aws:s3:::${name}` });
      return name;
    }),
  );
  const sites = [siteOrigin(context.settings), wwwOrigin(context.settings)];
  const origins = sites.flatMap((site) => [site, site.replace('localhost', SITE_HOST)]);
  for (const configuration of resourcesOfType(context.graph, 'aws_s3_bucket_cors_configuration')) {
    const given = new Arguments(context, configuration);
    const rules = asList(given.value('cors_rule'))
      .filter(isObject)
      .map((rule) => corsRule(rule, origins));
    await s3.send(
      new PutBucketCorsCommand({ Bucket: given.text('bucket'), CORSConfiguration: { CORSRules: rules } }),
    );
  }
  return names;
}

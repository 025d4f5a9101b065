import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import { Construct } from 'constructs';
import { policyDocument, trustedBy } from '../../lib/grants';
import { Names } from '../../lib/naming';
import { placeOf } from '../../lib/place';
import { declareAlarms, deliveryAlarms, drillId, type AlarmTopics } from '../alarms';
import type { EncryptionKey } from '../encryption-key';

export interface AlarmPathProps {
  readonly topics: AlarmTopics;
  /** Hour of the drill, 0 to 23, in a time zone of the IANA database: one in which people work. */
  readonly hour: number;
  readonly timeZone: string;
  /** Under which the schedules are kept. */
  readonly encryptionKey: EncryptionKey;
}

/** Minute of the drill: long enough before the hour's end for its figures to be of the same hour. */
const MINUTE = 20;
/** Seconds for which a drill that could not start is tried again. */
const LATEST = 1_800;

/**
 * Watches the way that alarms take to people: alarms on what is not delivered, each told by the other way, and a drill for each way
 * every day. The drill sets off an alarm that means nothing (Amazon CloudWatch API Reference, "SetAlarmState"), so that its message
 * passes the policies of topic and key as those of real alarms do; the alarm goes back by itself.
 */
export class AlarmPath extends Construct {
  constructor(scope: Construct, id: string, props: AlarmPathProps) {
    super(scope, id);
    const { topics, encryptionKey } = props;
    declareAlarms(this, topics.arns, { alarms: deliveryAlarms(topics), composites: [] });

    const names = Names.of(this);
    const { region, account } = placeOf(this);
    const arn = (kind: string): string => `arn:aws:scheduler:${region}:${account}:${kind}`;
    const drills = [topics.page, topics.ticket].map(({ component }) => ({
      component,
      schedule: names.regional('schedule', drillId(component)),
      alarm: names.regional('alarm', drillId(component)),
    }));
    const groupName = names.regional('schedule', `${topics.page.component}-path`);
    const group = new SchedulerScheduleGroup(this, 'schedule-group', { name: groupName });
    const role = new IamRole(this, 'role', {
      name: names.account('role', `${topics.page.component}-path`),
      description: 'Sets off the alarms that try the way to people',
      // Amazon EventBridge Scheduler User Guide, "Cross-service confused deputy prevention": the source is the group.
      assumeRolePolicy: trustedBy('scheduler.amazonaws.com', {
        account,
        sourceArn: arn(`schedule-group/${groupName}`),
      }),
    });
    const setOff = new IamRolePolicy(this, 'set-off', {
      name: 'set-off',
      role: role.name,
      policy: policyDocument([
        {
          actions: ['cloudwatch:SetAlarmState'],
          resources: drills.map(({ alarm }) => `arn:aws:cloudwatch:${region}:${account}:alarm:${alarm}`),
        },
        ...drills.map(({ schedule }) =>
          encryptionKey.contextStatement('read', {
            'aws:scheduler:schedule:arn': arn(`schedule/${groupName}/${schedule}`),
          }),
        ),
      ]),
    });
    for (const { component, schedule, alarm } of drills) {
      new SchedulerSchedule(this, `${component}-schedule`, {
        name: schedule,
        groupName: group.name,
        description: `Tries each day whether ${component} arrive`,
        scheduleExpression: `cron(${MINUTE} ${props.hour} * * ? *)`,
        scheduleExpressionTimezone: props.timeZone,
        flexibleTimeWindow: { mode: 'OFF' },
        kmsKeyArn: encryptionKey.arn,
        target: {
          // Amazon EventBridge Scheduler User Guide, "Using universal targets in EventBridge Scheduler".
          arn: 'arn:aws:scheduler:::aws-sdk:cloudwatch:setAlarmState',
          roleArn: role.arn,
          input: JSON.stringify({
            AlarmName: alarm,
            StateValue: 'ALARM',
            StateReason: `Test of the way that ${component} take. Nothing is wrong.`,
          }),
          retryPolicy: { maximumEventAgeInSeconds: LATEST, maximumRetryAttempts: 10 },
        },
        dependsOn: [setOff],
      });
    }
  }
}

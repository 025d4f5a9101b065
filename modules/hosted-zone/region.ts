/** Where Route 53 finds signing keys and log groups, wherever the stack is (Amazon Route 53 Developer Guide). */
export const DNS_REGION = 'us-east-1';

/** Loaded before a process of the service: names of regions, which DNS has on AWS, lead to this machine. */
const dns = require('node:dns');

const { lookup } = dns;
dns.lookup = (name, options, callback) =>
  lookup(/\.regions\.test$/.test(name) ? '127.0.0.1' : name, options, callback);

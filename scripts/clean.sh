#!/usr/bin/env bash
# Removes what building, synthesizing and testing generate. Keeps state/ (Terraform's), node_modules and .venv
# (`make up` would only fetch them again) and .twin (a running twin's data; a new start cleans up after a dead one).
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf dist cdktf.out coverage .cache/test

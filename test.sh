#!/usr/bin/env bash
# Builds everything with warnings as errors, runs every test, and ends with the line "N passed, N failed, N skipped".
# Needs the .NET SDK that global.json names; everything else comes with the packages.
#   ./test.sh --cluster    also tests/cluster/run.sh: chart and webhook on a real API server, which takes 4 minutes to build the first time
# Other arguments go to `dotnet test`.
set -uo pipefail
cd "$(dirname "$0")"
cluster=false
if [ "${1:-}" = --cluster ]; then cluster=true; shift; fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

command -v dotnet >/dev/null || { echo "The .NET SDK $(sed -n 's/.*"version": "\(.*\)".*/\1/p' global.json) is needed: https://dot.net" >&2; exit 1; }

dotnet build DaprMemory.sln -c Release || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# One assembly after the other: many of them start servers, and two cores are quickly shared out.
dotnet test DaprMemory.sln -c Release --no-build -m:1 "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

read -r passed failed skipped < <(awk '
  /Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+/ {
    for (i = 1; i < NF; i++) {
      n = $(i + 1); sub(",", "", n)
      if ($i == "Failed:") failed += n
      if ($i == "Passed:") passed += n
      if ($i == "Skipped:") skipped += n
    }
  }
  END { printf "%d %d %d\n", passed, failed, skipped }' "$log")
# A run that died without naming a failed test has failed all the same.
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1

if $cluster; then
  tests/cluster/run.sh 2>&1 | tee "$log"
  if [[ $(tail -1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
  else
    failed=$((failed + 1))
  fi
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

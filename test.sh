#!/usr/bin/env bash
# Builds everything with warnings as errors, runs every test, and ends with the line "N passed, N failed, N skipped".
# Needs the .NET SDK that global.json names; everything else comes with the packages.
set -uo pipefail
cd "$(dirname "$0")"
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
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

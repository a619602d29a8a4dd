#!/usr/bin/env bash
# open_issue.sh TITLE FILE: open an issue with the end of a file as its text, or rewrite the open one of that title.
set -euo pipefail
{ echo "From $GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"; echo; echo '```'; tail -c 50000 "$2"; echo '```'; } > issue-body.md
open=$(gh issue list --repo "$GITHUB_REPOSITORY" --state open --search "$1 in:title" --json number --jq '.[0].number')
if [ -n "$open" ]; then gh issue edit "$open" --repo "$GITHUB_REPOSITORY" --body-file issue-body.md
else gh issue create --repo "$GITHUB_REPOSITORY" --title "$1" --body-file issue-body.md; fi

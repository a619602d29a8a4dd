#!/usr/bin/env bash
# push_notebooks.sh ZIP: replace the branch `notebooks`, which Colab and the download links read, by what the zip holds.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m zipfile -e "$1" "$folder"
cd "$folder"/*/
git init --quiet --initial-branch notebooks
git add --all
git -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
  commit --quiet --message "Notebooks of $GITHUB_SHA"
[ -z "${GH_TOKEN:-}" ] || gh auth setup-git # from here on git has the token of this job
git push --quiet --force "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY" notebooks

#!/usr/bin/env bash
# A document goes through the gate with nothing but curl: checked, cleared, issued, looked up, withdrawn.
#
#     disclosure-gate keys create oa --organ 景明区人民政府办公室 --register sqlite:///register.db
#     disclosure-gate serve --register sqlite:///register.db &
#     examples/walk.sh http://127.0.0.1:8750 KEY examples/documents/01-implementation-plan.json
#
# A key speaks for one organ: the issuer of the document must be the organ the key was made for.
# Drafts and the key go to the gate alone: no proxy of the environment is asked. Every deed carries an Idempotency-Key: sent
# again, it is answered as before and nothing is done twice; a walk that came to its end is refused at the issue, because what
# it withdrew is issued no longer. `--fail-with-body` ends the walk at the first refusal, and shows the problem (RFC 9457): what
# was wrong, where, and how to mend it.
set -euo pipefail
gate=$1 key=$2 document=$3
as_of=${4:-$(date +%F)}
run=$(sha256sum "$document" | cut -c1-16)-$as_of

post() { # post PATH NAME: the body comes from standard input
  local answer
  answer=$(curl --noproxy "*" --silent --show-error --fail-with-body --retry 5 --retry-connrefused \
    --header "Authorization: Bearer $key" --header "Content-Type: application/json" \
    --header "Idempotency-Key: $2-$run" --header "Accept-Language: zh" --data-binary @- "$gate$1") \
    || { echo "$answer" >&2; return 1; }
  echo "$answer"
}
get() { curl --noproxy "*" --silent --show-error --fail-with-body --header "Authorization: Bearer $key" "$gate$1"; }
member() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }

echo "1. check: which status, and why"
determination=$(printf '{"document": %s, "as_of": "%s"}' "$(cat "$document")" "$as_of" | post /v1/checks check)
echo "   $(member label <<<"$determination")  $(member determination_id <<<"$determination")"

echo "2. clear: drafter, reviewer and signer stand for it"
cleared=$(printf '{"document": %s, "determination": %s, "decision": {"drafter": "拟稿人", "reviewer": "审核人", "signer": "签发人"}}' \
  "$(cat "$document")" "$determination" | post /v1/clearances clear)
token=$(member token <<<"$cleared")
echo "   token of ${#token} characters"

echo "3. issue: exactly what was cleared, once"
receipt=$(printf '{"document": %s, "token": "%s", "number": "景政发〔2026〕5号", "issued_on": "%s"}' \
  "$(cat "$document")" "$token" "$as_of" | post /v1/issues issue)
id=$(member document_id <<<"$receipt")
echo "   $id, record $(sed -n 's/.*"record_seq": *\([0-9]*\).*/\1/p' <<<"$receipt")"

echo "4. look up: where it stands, and its records"
get "/v1/documents/$id"; echo

echo "5. the signed head of the register: keep it, it proves that nothing before it was cut off"
get /v1/register/head; echo

echo "6. withdraw: taken back everywhere it was published"
printf '{"document_id": "%s", "reason": "内容有误，更正后重发", "by": "政府办公室", "withdrawn_on": "%s"}' "$id" "$as_of" \
  | post /v1/withdrawals withdraw; echo

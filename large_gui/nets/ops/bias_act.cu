// Bias, leaky ReLU, gain and clamp in one pass, and the derivative, which needs the output alone.
#include <cstdint>

#include "element.cuh"

template <typename T, int N>
struct alignas(sizeof(T) * N) Pack {
    T v[N];
};

// `channels` and `step` say which channel an element has: (index / step) % channels.
template <typename T>
struct Forward {
    const T* x;
    const T* bias;  // may be null
    T* y;
    int channels, step;
    float slope, gain, clamp;

    template <int N>
    __device__ void run(int at) const {
        Pack<T, N> pack = *reinterpret_cast<const Pack<T, N>*>(x + at);
        int channel = at / step % channels, left = step - at % step;  // elements left in this channel's run
#pragma unroll
        for (int i = 0; i < N; ++i) {
            float v = to_float(pack.v[i]);
            if (bias) v += to_float(bias[channel]);
            v *= v > 0.f ? gain : gain * slope;
            pack.v[i] = from_float<T>(v > clamp ? clamp : v < -clamp ? -clamp : v);  // a NaN stays one
            if (--left == 0) {
                left = step;
                channel = channel + 1 == channels ? 0 : channel + 1;
            }
        }
        *reinterpret_cast<Pack<T, N>*>(y + at) = pack;
    }
};

template <typename T>
struct Gradient {
    const T* dy;
    const T* y;
    T* dx;
    float slope, gain, clamp;

    template <int N>
    __device__ void run(int at) const {
        Pack<T, N> pack = *reinterpret_cast<const Pack<T, N>*>(dy + at);
        const Pack<T, N> out = *reinterpret_cast<const Pack<T, N>*>(y + at);
        const float bound = to_float(from_float<T>(clamp));  // as the output could hold it
#pragma unroll
        for (int i = 0; i < N; ++i) {
            const float v = to_float(out.v[i]);
            const float factor = fabsf(v) < bound ? (v > 0.f ? gain : gain * slope) : 0.f;
            pack.v[i] = from_float<T>(to_float(pack.v[i]) * factor);
        }
        *reinterpret_cast<Pack<T, N>*>(dx + at) = pack;
    }
};

template <int N, typename Task>
__global__ void run_kernel(Task task, int size) {
    const int at = (blockIdx.x * blockDim.x + threadIdx.x) * N;
    if (at + N <= size) {
        task.template run<N>(at);
    } else {
        for (int i = at; i < size; ++i) task.template run<1>(i);
    }
}

template <int N, typename Task>
void launch(Task task, int size, cudaStream_t stream) {
    const int threads = 256, each = threads * N;
    run_kernel<N><<<(size + each - 1) / each, threads, 0, stream>>>(task, size);
}

// 16 bytes a thread where both tensors allow it.
template <typename T, typename Task>
void launch_packed(Task task, int size, const void* a, const void* b, const void* c, void* stream) {
    const auto addresses = reinterpret_cast<std::uintptr_t>(a) | reinterpret_cast<std::uintptr_t>(b) |
                           reinterpret_cast<std::uintptr_t>(c);
    const auto s = static_cast<cudaStream_t>(stream);
    if (addresses % 16 == 0) launch<16 / sizeof(T)>(task, size, s);
    else launch<1>(task, size, s);
}

EXPORT int large_gui_bias_act(const void* x, const void* bias, void* y, int type, int size, int channels, int step,
                              float slope, float gain, float clamp, void* stream) {
    return with_type(type, [&](auto zero) {
        using T = decltype(zero);
        const Forward<T> task{static_cast<const T*>(x), static_cast<const T*>(bias), static_cast<T*>(y),
                              channels, step, slope, gain, clamp};
        launch_packed<T>(task, size, x, y, nullptr, stream);
    });
}

EXPORT int large_gui_bias_act_gradient(const void* dy, const void* y, void* dx, int type, int size, float slope,
                                       float gain, float clamp, void* stream) {
    return with_type(type, [&](auto zero) {
        using T = decltype(zero);
        const Gradient<T> task{static_cast<const T*>(dy), static_cast<const T*>(y), static_cast<T*>(dx),
                               slope, gain, clamp};
        launch_packed<T>(task, size, dy, y, dx, stream);
    });
}

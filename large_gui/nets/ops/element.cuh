// Element types of the kernels: stored as float32, float16 or bfloat16, computed in float.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#ifdef _WIN32
#define EXPORT extern "C" __declspec(dllexport)
#else
#define EXPORT extern "C"
#endif

__device__ inline float to_float(float v) { return v; }
__device__ inline float to_float(__half v) { return __half2float(v); }
__device__ inline float to_float(__nv_bfloat16 v) { return __bfloat162float(v); }

template <typename T>
__device__ T from_float(float v);
template <>
__device__ inline float from_float<float>(float v) { return v; }
template <>
__device__ inline __half from_float<__half>(float v) { return __float2half_rn(v); }
template <>
__device__ inline __nv_bfloat16 from_float<__nv_bfloat16>(float v) { return __float2bfloat16(v); }

// Calls `f` with a zero of the type whose code native.py gives.
template <typename F>
cudaError_t with_type(int code, F f) {
    switch (code) {
        case 0: f(float()); break;
        case 1: f(__half()); break;
        case 2: f(__nv_bfloat16()); break;
        default: return cudaErrorInvalidValue;
    }
    return cudaGetLastError();
}

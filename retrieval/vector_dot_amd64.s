#include "textflag.h"

// func dotAVX(a, b, next *float32, n int) float32
//
// dotSimply for a positive multiple of 32 numbers: lanes 0 to 7 are in Y0, 8 to
// 15 in Y1, 16 to 23 in Y2 and 24 to 31 in Y3. The n numbers at next come into
// the cache meanwhile.
TEXT ·dotAVX(SB), NOSPLIT, $0-36
	MOVQ   a+0(FP), SI
	MOVQ   b+8(FP), DI
	MOVQ   next+16(FP), DX
	MOVQ   n+24(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3

numbers:
	PREFETCHT0 (DX)
	PREFETCHT0 64(DX)
	VMOVUPS    (SI), Y4
	VMOVUPS    32(SI), Y5
	VMOVUPS    64(SI), Y6
	VMOVUPS    96(SI), Y7
	VMULPS     (DI), Y4, Y4
	VMULPS     32(DI), Y5, Y5
	VMULPS     64(DI), Y6, Y6
	VMULPS     96(DI), Y7, Y7
	VADDPS     Y4, Y0, Y0
	VADDPS     Y5, Y1, Y1
	VADDPS     Y6, Y2, Y2
	VADDPS     Y7, Y3, Y3
	ADDQ       $128, SI
	ADDQ       $128, DI
	ADDQ       $128, DX
	SUBQ       $32, CX
	JNZ        numbers

	VADDPS       Y2, Y0, Y0    // the upper 16 lanes to the lower
	VADDPS       Y3, Y1, Y1
	VADDPS       Y1, Y0, Y0    // 8
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0    // 4
	VPERMILPS    $0x0e, X0, X1
	VADDPS       X1, X0, X0    // 2
	VPERMILPS    $0x01, X0, X1
	VADDSS       X1, X0, X0
	VMOVSS       X0, ret+32(FP)
	VZEROUPPER
	RET

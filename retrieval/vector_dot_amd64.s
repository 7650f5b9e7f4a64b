#include "textflag.h"

// func dotAVX(a, b *float32, n int) float32
//
// dotSimply for a positive multiple of 32 numbers: lanes 0 to 7 are in Y0, 8 to
// 15 in Y1, 16 to 23 in Y2 and 24 to 31 in Y3.
TEXT ·dotAVX(SB), NOSPLIT, $0-28
	MOVQ   a+0(FP), SI
	MOVQ   b+8(FP), DI
	MOVQ   n+16(FP), CX
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3

numbers:
	VMOVUPS (SI), Y4
	VMOVUPS 32(SI), Y5
	VMOVUPS 64(SI), Y6
	VMOVUPS 96(SI), Y7
	VMULPS  (DI), Y4, Y4
	VMULPS  32(DI), Y5, Y5
	VMULPS  64(DI), Y6, Y6
	VMULPS  96(DI), Y7, Y7
	VADDPS  Y4, Y0, Y0
	VADDPS  Y5, Y1, Y1
	VADDPS  Y6, Y2, Y2
	VADDPS  Y7, Y3, Y3
	ADDQ    $128, SI
	ADDQ    $128, DI
	SUBQ    $32, CX
	JNZ     numbers

	VADDPS       Y2, Y0, Y0    // the upper 16 lanes to the lower
	VADDPS       Y3, Y1, Y1
	VADDPS       Y1, Y0, Y0    // 8
	VEXTRACTF128 $1, Y0, X1
	VADDPS       X1, X0, X0    // 4
	VPERMILPS    $0x0e, X0, X1
	VADDPS       X1, X0, X0    // 2
	VPERMILPS    $0x01, X0, X1
	VADDSS       X1, X0, X0
	VMOVSS       X0, ret+24(FP)
	VZEROUPPER
	RET

// func dotCodesAVX2(codes, query, size *int8, width int, out *int32, n int)
//
// out[i] = the sum over j of codes[i*width+j] * query[j], where size[j] is
// query[j] without its sign and no number is -128; width is a positive multiple
// of 32. VPMADDUBSW multiplies by numbers without a sign, so the query's signs
// go to the code. Its sums of two are at most 2*127*127 and fit 16 bits; the
// sums of all fit 32 bits below a width of 130,000.
TEXT ·dotCodesAVX2(SB), NOSPLIT, $0-48
	MOVQ     codes+0(FP), SI
	MOVQ     query+8(FP), R8
	MOVQ     size+16(FP), R9
	MOVQ     width+24(FP), R10
	MOVQ     out+32(FP), DX
	MOVQ     n+40(FP), BX
	VPCMPEQW Y7, Y7, Y7
	VPSRLW   $15, Y7, Y7       // 16 ones

vector:
	TESTQ BX, BX
	JZ    done
	XORQ  CX, CX
	VPXOR Y0, Y0, Y0

numbers:
	VMOVDQU    (SI)(CX*1), Y2
	VPSIGNB    (R8)(CX*1), Y2, Y2
	VMOVDQU    (R9)(CX*1), Y3
	VPMADDUBSW Y2, Y3, Y2
	VPMADDWD   Y7, Y2, Y2
	VPADDD     Y2, Y0, Y0
	ADDQ       $32, CX
	CMPQ       CX, R10
	JLT        numbers

	ADDQ         R10, SI
	VEXTRACTI128 $1, Y0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0x4e, X0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0xb1, X0, X1
	VPADDD       X1, X0, X0
	VMOVD        X0, (DX)
	ADDQ         $4, DX
	DECQ         BX
	JMP          vector

done:
	VZEROUPPER
	RET

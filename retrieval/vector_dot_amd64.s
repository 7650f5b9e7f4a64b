#include "textflag.h"

// func dotCodesAVX2(codes *int8, query *int16, width int, out *int32, n int)
//
// out[i] = the sum over j of codes[i*width+j] * query[j]; width is a positive
// multiple of 32. A product pair is at most 2*127*127, so that 32 bits hold the
// sum of any width below 130,000.
TEXT ·dotCodesAVX2(SB), NOSPLIT, $0-40
	MOVQ codes+0(FP), SI
	MOVQ query+8(FP), R8
	MOVQ width+16(FP), R9
	MOVQ out+24(FP), DX
	MOVQ n+32(FP), BX

vector:
	TESTQ BX, BX
	JZ    done
	MOVQ  R8, DI
	MOVQ  R9, CX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1

numbers:
	VPMOVSXBW (SI), Y2
	VPMOVSXBW 16(SI), Y3
	VPMADDWD  (DI), Y2, Y2
	VPMADDWD  32(DI), Y3, Y3
	VPADDD    Y2, Y0, Y0
	VPADDD    Y3, Y1, Y1
	ADDQ      $32, SI
	ADDQ      $64, DI
	SUBQ      $32, CX
	JNZ       numbers

	VPADDD       Y1, Y0, Y0
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

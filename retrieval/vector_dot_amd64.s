#include "textflag.h"

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

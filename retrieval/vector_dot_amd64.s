#include "textflag.h"

// func dotCodesAVX2(codes, query, size *int8, width int, out *int32, n int)
//
// out[i] = the sum over j of codes[i*width+j] * query[j], where size[j] is
// query[j] without its sign and no number is -128; width is a positive multiple
// of 32. VPMADDUBSW multiplies by numbers without a sign, so the query's signs
// go to the code. Its sums of two are at most 2*127*127 and fit 16 bits; the
// sums of all fit 32 bits below a width of 130,000. Four codes at a time share
// what is loaded of the query.
TEXT ·dotCodesAVX2(SB), NOSPLIT, $0-48
	MOVQ     codes+0(FP), SI
	MOVQ     query+8(FP), R8
	MOVQ     size+16(FP), R9
	MOVQ     width+24(FP), R10
	MOVQ     out+32(FP), DX
	MOVQ     n+40(FP), BX
	VPCMPEQW Y7, Y7, Y7
	VPSRLW   $15, Y7, Y7       // 16 ones

four:
	CMPQ  BX, $4
	JLT   vector
	LEAQ  (SI)(R10*1), R11
	LEAQ  (R11)(R10*1), R12
	LEAQ  (R12)(R10*1), R13
	XORQ  CX, CX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6

numbersOfFour:
	VMOVDQU    (R8)(CX*1), Y4
	VMOVDQU    (R9)(CX*1), Y3
	VMOVDQU    (SI)(CX*1), Y2
	VMOVDQU    (R11)(CX*1), Y8
	VMOVDQU    (R12)(CX*1), Y9
	VMOVDQU    (R13)(CX*1), Y10
	VPSIGNB    Y4, Y2, Y2
	VPSIGNB    Y4, Y8, Y8
	VPSIGNB    Y4, Y9, Y9
	VPSIGNB    Y4, Y10, Y10
	VPMADDUBSW Y2, Y3, Y2
	VPMADDUBSW Y8, Y3, Y8
	VPMADDUBSW Y9, Y3, Y9
	VPMADDUBSW Y10, Y3, Y10
	VPMADDWD   Y7, Y2, Y2
	VPMADDWD   Y7, Y8, Y8
	VPMADDWD   Y7, Y9, Y9
	VPMADDWD   Y7, Y10, Y10
	VPADDD     Y2, Y0, Y0
	VPADDD     Y8, Y1, Y1
	VPADDD     Y9, Y5, Y5
	VPADDD     Y10, Y6, Y6
	ADDQ       $32, CX
	CMPQ       CX, R10
	JLT        numbersOfFour

	LEAQ         (R13)(R10*1), SI
	VPHADDD      Y1, Y0, Y0
	VPHADDD      Y6, Y5, Y5
	VPHADDD      Y5, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDD       X1, X0, X0
	VMOVDQU      X0, (DX)
	ADDQ         $16, DX
	SUBQ         $4, BX
	JMP          four

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

#include "go_asm.h"
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

// SUM4 sets OUT to the sums of the numbers of A, B, C and D, by way of Z0 to Z3:
// every 128 bits of them get four sums, then these are added up.
#define SUM4(A, B, C, D, OUT) \
	VPUNPCKLDQ    B, A, Z0;   \
	VPUNPCKHDQ    B, A, Z1;   \
	VPADDD        Z1, Z0, Z0; \
	VPUNPCKLDQ    D, C, Z2;   \
	VPUNPCKHDQ    D, C, Z3;   \
	VPADDD        Z3, Z2, Z2; \
	VPUNPCKLQDQ   Z2, Z0, Z1; \
	VPUNPCKHQDQ   Z2, Z0, Z3; \
	VPADDD        Z3, Z1, Z0; \
	VEXTRACTI64X4 $1, Z0, Y1; \
	VPADDD        Y1, Y0, Y0; \
	VEXTRACTI128  $1, Y0, X1; \
	VPADDD        X1, X0, OUT

// ROW adds up in ACC, over CX, the products of the code at SI and the query at
// DI, 64 numbers at a time, and goes on to the next code. Of what is R8 farther on
// it asks the memory for as much. VPDPBUSD multiplies numbers without a sign by
// numbers with one: those of the code get 128 more.
#define ROW(ACC)                          \
	VPXORD     ACC, ACC, ACC;         \
	LEAQ       (SI)(R8*1), AX;        \
	XORQ       CX, CX;                \
	VPXORD     (SI)(CX*1), Z31, Z0;   \
	PREFETCHT0 (AX)(CX*1);            \
	VPDPBUSD   (DI)(CX*1), Z0, ACC;   \
	ADDQ       $64, CX;               \
	CMPQ       CX, R9;                \
	JLT        -5(PC);                \
	ADDQ       R9, SI

// func dotCodesVNNI(codes, query *int8, width int, shift int32, out *int32, n int, ahead int)
//
// out[i] = the sum over j of codes[i*width+j] * query[j]; width is a positive
// multiple of 64. Computed is the sum of (codes[i*width+j]+128) * query[j], from
// which shift, 128 times the sum of the query, is subtracted. The codes are read
// one after the other, as the memory gives them fastest; the sums of four are
// added up together. The memory is asked for what is ahead bytes farther on.
TEXT ·dotCodesVNNI(SB), NOSPLIT, $0-56
	MOVQ         codes+0(FP), SI
	MOVQ         query+8(FP), DI
	MOVQ         width+16(FP), R9
	MOVL         shift+24(FP), AX
	VPBROADCASTD AX, X16
	MOVQ         out+32(FP), DX
	MOVQ         n+40(FP), BX
	MOVQ         ahead+48(FP), R8
	MOVL         $0x80808080, AX
	VPBROADCASTD AX, Z31       // to add 128 to each byte, as a number without a sign

four:
	CMPQ    BX, $4
	JLT     one
	ROW(Z4)
	ROW(Z5)
	ROW(Z6)
	ROW(Z7)
	SUM4(Z4, Z5, Z6, Z7, X0)
	VPSUBD  X16, X0, X0
	VMOVDQU X0, (DX)
	ADDQ    $16, DX
	SUBQ    $4, BX
	JMP     four

one:
	TESTQ  BX, BX
	JZ     done
	ROW(Z4)
	VPXORD Z5, Z5, Z5
	SUM4(Z4, Z5, Z5, Z5, X0)
	VPSUBD X16, X0, X0
	VMOVD  X0, (DX)
	ADDQ   $4, DX
	DECQ   BX
	JMP    one

done:
	VZEROUPPER
	RET

// AHEAD is how far in front of the codes in work the memory is asked, in bytes.
#define AHEAD 4096

// func dotCodesTogetherVNNI(codes, queries *int8, width int, shift *[codedTogether]int32, out *codeSums, n int)
//
// out[k][i] = the sum over j of codes[i*width+j] * queries[k*width+j] for four
// queries, as in dotCodesVNNI; n is a multiple of 4. 64 numbers of four codes
// and of four queries are in registers at a time: the sums of query k with the
// codes are in Z(8+4*k) to Z(11+4*k). Four codes are four places in the memory,
// so that it is asked for what comes next in order.
TEXT ·dotCodesTogetherVNNI(SB), NOSPLIT, $0-48
	MOVQ         codes+0(FP), SI
	MOVQ         queries+8(FP), DI
	MOVQ         width+16(FP), R9
	MOVQ         shift+24(FP), R8
	MOVQ         out+32(FP), DX
	MOVQ         n+40(FP), BX
	LEAQ         (R9)(R9*2), R11
	MOVL         $0x80808080, AX
	VPBROADCASTD AX, Z31
	VPBROADCASTD (R8), X24
	VPBROADCASTD 4(R8), X25
	VPBROADCASTD 8(R8), X26
	VPBROADCASTD 12(R8), X27

codes:
	TESTQ  BX, BX
	JZ     done
	VPXORD Z8, Z8, Z8
	VPXORD Z9, Z9, Z9
	VPXORD Z10, Z10, Z10
	VPXORD Z11, Z11, Z11
	VPXORD Z12, Z12, Z12
	VPXORD Z13, Z13, Z13
	VPXORD Z14, Z14, Z14
	VPXORD Z15, Z15, Z15
	VPXORD Z16, Z16, Z16
	VPXORD Z17, Z17, Z17
	VPXORD Z18, Z18, Z18
	VPXORD Z19, Z19, Z19
	VPXORD Z20, Z20, Z20
	VPXORD Z21, Z21, Z21
	VPXORD Z22, Z22, Z22
	VPXORD Z23, Z23, Z23
	MOVQ   DI, R8
	LEAQ   (SI)(R9*4), R10 // the next four codes
	MOVQ   R10, AX         // from here on AHEAD is asked
	MOVQ   R9, CX

numbers:
	VPXORD     (SI), Z31, Z0
	VPXORD     (SI)(R9*1), Z31, Z1
	VPXORD     (SI)(R9*2), Z31, Z2
	VPXORD     (SI)(R11*1), Z31, Z3
	VMOVDQU64  (R8), Z4
	VMOVDQU64  (R8)(R9*1), Z5
	VMOVDQU64  (R8)(R9*2), Z6
	VMOVDQU64  (R8)(R11*1), Z7
	PREFETCHT0 AHEAD(AX)
	PREFETCHT0 (AHEAD+64)(AX)
	PREFETCHT0 (AHEAD+128)(AX)
	PREFETCHT0 (AHEAD+192)(AX)
	VPDPBUSD   Z4, Z0, Z8
	VPDPBUSD   Z4, Z1, Z9
	VPDPBUSD   Z4, Z2, Z10
	VPDPBUSD   Z4, Z3, Z11
	VPDPBUSD   Z5, Z0, Z12
	VPDPBUSD   Z5, Z1, Z13
	VPDPBUSD   Z5, Z2, Z14
	VPDPBUSD   Z5, Z3, Z15
	VPDPBUSD   Z6, Z0, Z16
	VPDPBUSD   Z6, Z1, Z17
	VPDPBUSD   Z6, Z2, Z18
	VPDPBUSD   Z6, Z3, Z19
	VPDPBUSD   Z7, Z0, Z20
	VPDPBUSD   Z7, Z1, Z21
	VPDPBUSD   Z7, Z2, Z22
	VPDPBUSD   Z7, Z3, Z23
	ADDQ       $64, SI
	ADDQ       $64, R8
	ADDQ       $256, AX
	SUBQ       $64, CX
	JNZ        numbers

	MOVQ R10, SI
	SUM4(Z8, Z9, Z10, Z11, X0)
	VPSUBD  X24, X0, X0
	VMOVDQU X0, (DX)
	SUM4(Z12, Z13, Z14, Z15, X0)
	VPSUBD  X25, X0, X0
	VMOVDQU X0, (1*4*const_scanStep)(DX)
	SUM4(Z16, Z17, Z18, Z19, X0)
	VPSUBD  X26, X0, X0
	VMOVDQU X0, (2*4*const_scanStep)(DX)
	SUM4(Z20, Z21, Z22, Z23, X0)
	VPSUBD  X27, X0, X0
	VMOVDQU X0, (3*4*const_scanStep)(DX)
	ADDQ $16, DX
	SUBQ $4, BX
	JMP  codes

done:
	VZEROUPPER
	RET

// func markCodesAVX2(sums *int32, scales *float32, n int, more, least float32, marks *scanMarks)
//
// Sets bit i of marks if scales[i] * (sums[i] + more) >= least, and clears it
// otherwise; n is a positive multiple of 8.
TEXT ·markCodesAVX2(SB), NOSPLIT, $0-40
	MOVQ         sums+0(FP), SI
	MOVQ         scales+8(FP), DI
	MOVQ         n+16(FP), CX
	VBROADCASTSS more+24(FP), Y0
	VBROADCASTSS least+28(FP), Y1
	MOVQ         marks+32(FP), DX

eight:
	VCVTDQ2PS (SI), Y2
	VADDPS    Y0, Y2, Y2
	VMULPS    (DI), Y2, Y2
	VCMPPS    $29, Y1, Y2, Y2 // at least, and no NaN
	VMOVMSKPS Y2, AX
	MOVB      AX, (DX)
	ADDQ      $32, SI
	ADDQ      $32, DI
	INCQ      DX
	SUBQ      $8, CX
	JNZ       eight

	VZEROUPPER
	RET

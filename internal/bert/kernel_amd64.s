#include "textflag.h"

// STEP multiplies the numbers at offset o of six rows with the sixteen numbers
// at offset w of the panel, and adds them to Y4 to Y15.
#define STEP(o, w) \
	VMOVUPS      w(SI), Y0            \
	VMOVUPS      w+32(SI), Y1         \
	VBROADCASTSS o(R8), Y2            \
	VBROADCASTSS o(R8)(R9*1), Y3      \
	VFMADD231PS  Y0, Y2, Y4           \
	VFMADD231PS  Y1, Y2, Y5           \
	VFMADD231PS  Y0, Y3, Y6           \
	VFMADD231PS  Y1, Y3, Y7           \
	VBROADCASTSS o(R8)(R9*2), Y2      \
	VBROADCASTSS o(R10), Y3           \
	VFMADD231PS  Y0, Y2, Y8           \
	VFMADD231PS  Y1, Y2, Y9           \
	VFMADD231PS  Y0, Y3, Y10          \
	VFMADD231PS  Y1, Y3, Y11          \
	VBROADCASTSS o(R10)(R9*1), Y2     \
	VBROADCASTSS o(R10)(R9*2), Y3     \
	VFMADD231PS  Y0, Y2, Y12          \
	VFMADD231PS  Y1, Y2, Y13          \
	VFMADD231PS  Y0, Y3, Y14          \
	VFMADD231PS  Y1, Y3, Y15

// func tileAVX2(k int, a *float32, lda int, panel, start, c *float32, ldc int)
//
// c[i*ldc+j] = start[j] + the sum over l < k of a[i*lda+l] * panel[l*16+j], for
// i < 6 and j < 16.
TEXT ·tileAVX2(SB), NOSPLIT, $0-56
	MOVQ    k+0(FP), CX
	MOVQ    a+8(FP), R8
	MOVQ    lda+16(FP), R9
	MOVQ    panel+24(FP), SI
	MOVQ    start+32(FP), DX
	MOVQ    c+40(FP), DI
	MOVQ    ldc+48(FP), R11
	SHLQ    $2, R9
	SHLQ    $2, R11
	LEAQ    (R8)(R9*2), R10
	ADDQ    R9, R10
	VMOVUPS (DX), Y4
	VMOVUPS 32(DX), Y5
	VMOVAPS Y4, Y6
	VMOVAPS Y5, Y7
	VMOVAPS Y4, Y8
	VMOVAPS Y5, Y9
	VMOVAPS Y4, Y10
	VMOVAPS Y5, Y11
	VMOVAPS Y4, Y12
	VMOVAPS Y5, Y13
	VMOVAPS Y4, Y14
	VMOVAPS Y5, Y15
	MOVQ    CX, BX
	SHRQ    $2, BX
	ANDQ    $3, CX
	JMP     test4

four:
	STEP(0, 0)
	STEP(4, 64)
	STEP(8, 128)
	STEP(12, 192)
	ADDQ $256, SI
	ADDQ $16, R8
	ADDQ $16, R10
	DECQ BX

test4:
	TESTQ BX, BX
	JNZ   four
	JMP   test1

one:
	STEP(0, 0)
	ADDQ $64, SI
	ADDQ $4, R8
	ADDQ $4, R10
	DECQ CX

test1:
	TESTQ CX, CX
	JNZ   one

	VMOVUPS Y4, (DI)
	VMOVUPS Y5, 32(DI)
	ADDQ    R11, DI
	VMOVUPS Y6, (DI)
	VMOVUPS Y7, 32(DI)
	ADDQ    R11, DI
	VMOVUPS Y8, (DI)
	VMOVUPS Y9, 32(DI)
	ADDQ    R11, DI
	VMOVUPS Y10, (DI)
	VMOVUPS Y11, 32(DI)
	ADDQ    R11, DI
	VMOVUPS Y12, (DI)
	VMOVUPS Y13, 32(DI)
	ADDQ    R11, DI
	VMOVUPS Y14, (DI)
	VMOVUPS Y15, 32(DI)
	VZEROUPPER
	RET

#include "textflag.h"

// Numbers of the exponential function as in the Cephes library (expf), and of
// the error function after Abramowitz and Stegun, 7.1.26, whose error is below
// 1.5e-7.
DATA ·lowest<>+0(SB)/4, $0xc2aea8f6 // -87.33
GLOBL ·lowest<>(SB), RODATA|NOPTR, $4
DATA ·log2e<>+0(SB)/4, $0x3fb8aa3b // 1.442695041
GLOBL ·log2e<>(SB), RODATA|NOPTR, $4
DATA ·ln2high<>+0(SB)/4, $0x3f318000 // 0.693359375
GLOBL ·ln2high<>(SB), RODATA|NOPTR, $4
DATA ·ln2low<>+0(SB)/4, $0xb95e8083 // -0.00021219444
GLOBL ·ln2low<>(SB), RODATA|NOPTR, $4
DATA ·exp0<>+0(SB)/4, $0x39506967 // 0.000198756915
GLOBL ·exp0<>(SB), RODATA|NOPTR, $4
DATA ·exp1<>+0(SB)/4, $0x3ab743ce // 0.001398199951
GLOBL ·exp1<>(SB), RODATA|NOPTR, $4
DATA ·exp2<>+0(SB)/4, $0x3c088908 // 0.008333451907
GLOBL ·exp2<>(SB), RODATA|NOPTR, $4
DATA ·exp3<>+0(SB)/4, $0x3d2aa9c1 // 0.04166579589
GLOBL ·exp3<>(SB), RODATA|NOPTR, $4
DATA ·exp4<>+0(SB)/4, $0x3e2aaaaa // 0.1666666546
GLOBL ·exp4<>(SB), RODATA|NOPTR, $4
DATA ·exp5<>+0(SB)/4, $0x3f000000 // 0.500000012
GLOBL ·exp5<>(SB), RODATA|NOPTR, $4
DATA ·half<>+0(SB)/4, $0x3f000000 // 0.5
GLOBL ·half<>(SB), RODATA|NOPTR, $4
DATA ·rootHalf<>+0(SB)/4, $0x3f3504f3 // 0.7071067812
GLOBL ·rootHalf<>(SB), RODATA|NOPTR, $4
DATA ·erfP<>+0(SB)/4, $0x3ea7ba05 // 0.3275911
GLOBL ·erfP<>(SB), RODATA|NOPTR, $4
DATA ·erf1<>+0(SB)/4, $0x3e827906 // 0.254829592
GLOBL ·erf1<>(SB), RODATA|NOPTR, $4
DATA ·erf2<>+0(SB)/4, $0xbe91a98e // -0.284496736
GLOBL ·erf2<>(SB), RODATA|NOPTR, $4
DATA ·erf3<>+0(SB)/4, $0x3fb5f0e3 // 1.421413741
GLOBL ·erf3<>(SB), RODATA|NOPTR, $4
DATA ·erf4<>+0(SB)/4, $0xbfba00e3 // -1.453152027
GLOBL ·erf4<>(SB), RODATA|NOPTR, $4
DATA ·erf5<>+0(SB)/4, $0x3f87dc22 // 1.061405429
GLOBL ·erf5<>(SB), RODATA|NOPTR, $4
DATA ·noSign<>+0(SB)/4, $0x7fffffff
GLOBL ·noSign<>(SB), RODATA|NOPTR, $4
DATA ·ones<>+0(SB)/8, $0x3f8000003f800000
DATA ·ones<>+8(SB)/8, $0x3f8000003f800000
DATA ·ones<>+16(SB)/8, $0x3f8000003f800000
DATA ·ones<>+24(SB)/8, $0x3f8000003f800000
GLOBL ·ones<>(SB), RODATA|NOPTR, $32

// EXP_NUMBERS loads what EXP needs into Y6 to Y15.
#define EXP_NUMBERS \
	VBROADCASTSS ·lowest<>(SB), Y6   \
	VBROADCASTSS ·log2e<>(SB), Y7    \
	VBROADCASTSS ·ln2high<>(SB), Y8  \
	VBROADCASTSS ·ln2low<>(SB), Y9   \
	VBROADCASTSS ·exp0<>(SB), Y10    \
	VBROADCASTSS ·exp1<>(SB), Y11    \
	VBROADCASTSS ·exp2<>(SB), Y12    \
	VBROADCASTSS ·exp3<>(SB), Y13    \
	VBROADCASTSS ·exp4<>(SB), Y14    \
	VBROADCASTSS ·exp5<>(SB), Y15

// EXP sets Y2 to the exponentials of Y0, which are not above 0; it uses Y1 and
// Y3. With n the whole number next to x/ln 2, it is 2^n times a polynomial of
// x - n ln 2.
#define EXP \
	VMAXPS       Y6, Y0, Y0        \
	VMULPS       Y7, Y0, Y1        \
	VROUNDPS     $8, Y1, Y1        \
	VFNMADD231PS Y8, Y1, Y0        \
	VFNMADD231PS Y9, Y1, Y0        \
	VMOVAPS      Y10, Y2           \
	VFMADD213PS  Y11, Y0, Y2       \
	VFMADD213PS  Y12, Y0, Y2       \
	VFMADD213PS  Y13, Y0, Y2       \
	VFMADD213PS  Y14, Y0, Y2       \
	VFMADD213PS  Y15, Y0, Y2       \
	VMULPS       Y0, Y0, Y3        \
	VFMADD213PS  Y0, Y3, Y2        \
	VADDPS       ·ones<>(SB), Y2, Y2 \
	VCVTPS2DQ    Y1, Y1            \
	VPSLLD       $23, Y1, Y1       \
	VPADDD       Y1, Y2, Y2

// func expSumAVX2(x *float32, n int, shift float32) float32
TEXT ·expSumAVX2(SB), NOSPLIT, $0-28
	MOVQ         x+0(FP), SI
	MOVQ         n+8(FP), CX
	VBROADCASTSS shift+16(FP), Y4
	EXP_NUMBERS
	VXORPS       Y5, Y5, Y5

numbers:
	VMOVUPS (SI), Y0
	VSUBPS  Y4, Y0, Y0
	EXP
	VMOVUPS Y2, (SI)
	VADDPS  Y2, Y5, Y5
	ADDQ    $32, SI
	SUBQ    $8, CX
	JG      numbers

	VEXTRACTF128 $1, Y5, X0
	VADDPS       X0, X5, X0
	VHADDPS      X0, X0, X0
	VHADDPS      X0, X0, X0
	VMOVSS       X0, ret+24(FP)
	VZEROUPPER
	RET

// func largestAVX2(x *float32, n int) float32
TEXT ·largestAVX2(SB), NOSPLIT, $0-20
	MOVQ    x+0(FP), SI
	MOVQ    n+8(FP), CX
	VMOVUPS (SI), Y0

numbers:
	VMAXPS (SI), Y0, Y0
	ADDQ   $32, SI
	SUBQ   $8, CX
	JG     numbers

	VEXTRACTF128 $1, Y0, X1
	VMAXPS       X1, X0, X0
	VPERMILPS    $0x4e, X0, X1
	VMAXPS       X1, X0, X0
	VPERMILPS    $0xb1, X0, X1
	VMAXPS       X1, X0, X0
	VMOVSS       X0, ret+16(FP)
	VZEROUPPER
	RET

// func geluAVX2(x *float32, n int)
//
// With z = |x|/√2, t = 1/(1 + p z) and P a polynomial of t without a constant,
// erf z is 1 - P exp(-z²), and the unit of x is max(x, 0) - |x|/2 P exp(-z²).
TEXT ·geluAVX2(SB), NOSPLIT, $0-16
	MOVQ x+0(FP), SI
	MOVQ n+8(FP), CX
	EXP_NUMBERS

numbers:
	VMOVUPS      (SI), Y4
	VBROADCASTSS ·noSign<>(SB), Y0
	VANDPS       Y4, Y0, Y0
	VBROADCASTSS ·rootHalf<>(SB), Y1
	VMULPS       Y1, Y0, Y0            // z
	VBROADCASTSS ·erfP<>(SB), Y1
	VMOVUPS      ·ones<>(SB), Y2
	VFMADD213PS  Y2, Y0, Y1
	VDIVPS       Y1, Y2, Y5            // t
	VMULPS       Y0, Y0, Y0
	VXORPS       Y1, Y1, Y1
	VSUBPS       Y0, Y1, Y0
	EXP
	VBROADCASTSS ·erf5<>(SB), Y0
	VBROADCASTSS ·erf4<>(SB), Y1
	VFMADD213PS  Y1, Y5, Y0
	VBROADCASTSS ·erf3<>(SB), Y1
	VFMADD213PS  Y1, Y5, Y0
	VBROADCASTSS ·erf2<>(SB), Y1
	VFMADD213PS  Y1, Y5, Y0
	VBROADCASTSS ·erf1<>(SB), Y1
	VFMADD213PS  Y1, Y5, Y0
	VMULPS       Y5, Y0, Y0            // P
	VMULPS       Y2, Y0, Y0
	VBROADCASTSS ·noSign<>(SB), Y1
	VANDPS       Y4, Y1, Y1
	VBROADCASTSS ·half<>(SB), Y2
	VMULPS       Y2, Y1, Y1            // |x|/2
	VXORPS       Y2, Y2, Y2
	VMAXPS       Y2, Y4, Y4
	VFNMADD231PS Y0, Y1, Y4
	VMOVUPS      Y4, (SI)
	ADDQ         $32, SI
	SUBQ         $8, CX
	JG           numbers

	VZEROUPPER
	RET

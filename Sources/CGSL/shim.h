// The part of the GNU Scientific Library that ViTNumerics wraps.
//
// Why a shim: GSL keeps its algorithm descriptors (`gsl_qrng_sobol`, `gsl_interp_cspline`, …) in mutable global
// pointers, which Swift 6 refuses to read. The accessors below return them by value.
//
// Never import this module beside COpenBLAS: both declare the CBLAS enums.

#ifndef NVIT_CGSL_SHIM_H
#define NVIT_CGSL_SHIM_H

#include <gsl/gsl_blas.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_interp.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_spline.h>
#include <gsl/gsl_statistics_double.h>
#include <gsl/gsl_version.h>

static inline const gsl_qrng_type *nvit_gsl_qrng_sobol(void) { return gsl_qrng_sobol; }
static inline const gsl_qrng_type *nvit_gsl_qrng_niederreiter_2(void) { return gsl_qrng_niederreiter_2; }
static inline const gsl_interp_type *nvit_gsl_interp_linear(void) { return gsl_interp_linear; }
static inline const gsl_interp_type *nvit_gsl_interp_cspline(void) { return gsl_interp_cspline; }
static inline const gsl_interp_type *nvit_gsl_interp_akima(void) { return gsl_interp_akima; }
static inline const gsl_interp_type *nvit_gsl_interp_steffen(void) { return gsl_interp_steffen; }
static inline const gsl_multifit_nlinear_type *nvit_gsl_multifit_nlinear_trust(void) {
  return gsl_multifit_nlinear_trust;
}
static inline const gsl_multimin_fdfminimizer_type *nvit_gsl_multimin_bfgs(void) {
  return gsl_multimin_fdfminimizer_vector_bfgs2;
}
static inline const char *nvit_gsl_version(void) { return gsl_version; }


// OpenBLAS's control of its threads, declared here because its header cannot be included beside GSL's.
extern void openblas_set_num_threads(int count);

#endif

/** The CUDA driver API, as far as it is needed, with owners, sizes and errors in words. Nothing else knows JCuda. */
package org.nextscale.backend.cuda.internal.driver;

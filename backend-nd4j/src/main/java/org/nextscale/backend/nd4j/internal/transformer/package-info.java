/** The scale-wise transformer (VAR, section 3.3). */
package org.nextscale.backend.nd4j.internal.transformer;

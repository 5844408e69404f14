/** The ND4J backend: what the engine sees of it. Shapes and arithmetic are in the packages below. */
package org.nextscale.backend.nd4j.internal;

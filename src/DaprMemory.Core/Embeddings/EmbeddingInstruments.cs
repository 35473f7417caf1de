using System.Diagnostics.Metrics;

namespace DaprMemory.Core.Embeddings;

/// <summary>What embedding counts. Names join with the meter's: <c>memory_node_embedding_backlog</c>.</summary>
internal static class EmbeddingInstruments
{
    static readonly Meter Meter = new("memory_node");

    public static readonly UpDownCounter<long> Backlog = Meter.CreateUpDownCounter<long>("embedding_backlog", description: "Memories that wait for their vectors");
    public static readonly Counter<long> Embedded = Meter.CreateCounter<long>("embedded_texts", description: "Texts whose vectors were computed");
    public static readonly Counter<long> Loaded = Meter.CreateCounter<long>("embeddings_loaded", description: "Vectors that were found in the store");
    public static readonly Counter<long> Failures = Meter.CreateCounter<long>("embedding_failures", description: "Batches that the model did not embed, and that are tried again");
    public static readonly Counter<long> Refused = Meter.CreateCounter<long>("embedding_refusals", description: "Texts that the model refused, which stay without a vector");
    public static readonly Histogram<double> BatchSeconds = Meter.CreateHistogram<double>("embedding_batch_seconds", "s", "Embedding one batch of texts");
    public static readonly Counter<long> QueriesWithoutVector = Meter.CreateCounter<long>("embedding_query_failures", description: "Queries whose vectors could not be had in time");
    public static readonly Counter<long> SegmentsSaved = Meter.CreateCounter<long>("embedding_segments_saved", description: "Segments of vectors appended to the store");
    public static readonly Counter<long> SegmentsSkipped = Meter.CreateCounter<long>("embedding_segments_skipped", description: "Segments of vectors that are torn or of an unknown format");
    public static readonly Counter<long> SaveFailures = Meter.CreateCounter<long>("embedding_save_failures", description: "Attempts to save vectors that failed, and are made again");
}

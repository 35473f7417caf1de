using System.ComponentModel.DataAnnotations;

namespace DaprMemory.Service;

/// <summary>Who this instance of the memory service is, and where its logs are.</summary>
public sealed class MemoryServiceOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Memory";

    /// <summary>The shard's id, sent as <c>Memory-Shard</c>.</summary>
    /// <value>1 to 63 of <c>A-Z a-z 0-9 . _ -</c>. The default is the Dapr app id (<c>APP_ID</c>), or else <c>memory-0</c>.</value>
    [Required]
    [RegularExpression("[A-Za-z0-9._-]{1,63}")]
    public string Shard { get; set; } = "memory-0";

    /// <summary>The name of the Dapr state store that holds the commit logs.</summary>
    /// <value>The default is <c>strong</c>.</value>
    [Required]
    public string StrongStore { get; set; } = "strong";
}

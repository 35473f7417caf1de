using DaprMemory.Core.Embeddings;

namespace DaprMemory.Core.Tests.Embeddings;

/// <summary>A test that needs the embedded model's files; skipped, and counted so, where <c>daprmem model add</c> has not put them into the project's data folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ModelFactAttribute : FactAttribute
{
    public ModelFactAttribute()
    {
        if (Folder is null)
            Skip = "the embedded model is not there (daprmem model add, in the project's folder)";
    }

    /// <summary>Where the model is; null if it is not.</summary>
    public static string? Folder { get; } = Find();

    static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var model = ModelPackage.UseLite.FolderIn(Path.Combine(folder.FullName, "data"));
            if (ModelPackage.IsIn(model))
                return model;
        }
        return null;
    }
}
